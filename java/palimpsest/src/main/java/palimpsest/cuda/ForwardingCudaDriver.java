package palimpsest.cuda;

import java.lang.foreign.MemorySegment;
import palimpsest.cuda.CudaHandle.CUcontext;
import palimpsest.cuda.CudaHandle.CUevent;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUgraph;
import palimpsest.cuda.CudaHandle.CUgraphExec;
import palimpsest.cuda.CudaHandle.CUmodule;
import palimpsest.cuda.CudaHandle.CUstream;

/** A driver that hands every call on; what watches some calls overrides those. */
public abstract class ForwardingCudaDriver implements CudaDriver {
  private final CudaDriver driver;

  protected ForwardingCudaDriver(CudaDriver driver) {
    this.driver = driver;
  }

  @Override
  public void cuInit(int flags) {
    driver.cuInit(flags);
  }

  @Override
  public int cuDriverGetVersion() {
    return driver.cuDriverGetVersion();
  }

  @Override
  public String cuGetErrorName(int error) {
    return driver.cuGetErrorName(error);
  }

  @Override
  public String cuGetErrorString(int error) {
    return driver.cuGetErrorString(error);
  }

  @Override
  public int cuDeviceGetCount() {
    return driver.cuDeviceGetCount();
  }

  @Override
  public int cuDeviceGet(int ordinal) {
    return driver.cuDeviceGet(ordinal);
  }

  @Override
  public String cuDeviceGetName(int device) {
    return driver.cuDeviceGetName(device);
  }

  @Override
  public int cuDeviceGetAttribute(int attribute, int device) {
    return driver.cuDeviceGetAttribute(attribute, device);
  }

  @Override
  public long cuDeviceTotalMem(int device) {
    return driver.cuDeviceTotalMem(device);
  }

  @Override
  public CUcontext cuDevicePrimaryCtxRetain(int device) {
    return driver.cuDevicePrimaryCtxRetain(device);
  }

  @Override
  public void cuDevicePrimaryCtxRelease(int device) {
    driver.cuDevicePrimaryCtxRelease(device);
  }

  @Override
  public void cuCtxSetCurrent(CUcontext context) {
    driver.cuCtxSetCurrent(context);
  }

  @Override
  public CUcontext cuCtxGetCurrent() {
    return driver.cuCtxGetCurrent();
  }

  @Override
  public void cuCtxSynchronize() {
    driver.cuCtxSynchronize();
  }

  @Override
  public CUmodule cuModuleLoadData(MemorySegment image) {
    return driver.cuModuleLoadData(image);
  }

  @Override
  public void cuModuleUnload(CUmodule module) {
    driver.cuModuleUnload(module);
  }

  @Override
  public CUfunction cuModuleGetFunction(CUmodule module, String name) {
    return driver.cuModuleGetFunction(module, name);
  }

  @Override
  public int cuFuncGetAttribute(int attribute, CUfunction function) {
    return driver.cuFuncGetAttribute(attribute, function);
  }

  @Override
  public void cuFuncSetAttribute(CUfunction function, int attribute, int value) {
    driver.cuFuncSetAttribute(function, attribute, value);
  }

  @Override
  public ParamInfo cuFuncGetParamInfo(CUfunction function, long paramIndex) {
    return driver.cuFuncGetParamInfo(function, paramIndex);
  }

  @Override
  public void cuLaunchKernel(
      CUfunction function,
      int gridDimX,
      int gridDimY,
      int gridDimZ,
      int blockDimX,
      int blockDimY,
      int blockDimZ,
      int sharedMemBytes,
      CUstream stream,
      MemorySegment kernelParams) {
    driver.cuLaunchKernel(
        function,
        gridDimX,
        gridDimY,
        gridDimZ,
        blockDimX,
        blockDimY,
        blockDimZ,
        sharedMemBytes,
        stream,
        kernelParams);
  }

  @Override
  public MemoryInfo cuMemGetInfo() {
    return driver.cuMemGetInfo();
  }

  @Override
  public long cuMemAlloc(long bytes) {
    return driver.cuMemAlloc(bytes);
  }

  @Override
  public void cuMemFree(long pointer) {
    driver.cuMemFree(pointer);
  }

  @Override
  public MemorySegment cuMemHostAlloc(long bytes, int flags) {
    return driver.cuMemHostAlloc(bytes, flags);
  }

  @Override
  public void cuMemFreeHost(MemorySegment pinned) {
    driver.cuMemFreeHost(pinned);
  }

  @Override
  public void cuMemcpyHtoD(long destination, MemorySegment source, long bytes) {
    driver.cuMemcpyHtoD(destination, source, bytes);
  }

  @Override
  public void cuMemcpyDtoH(MemorySegment destination, long source, long bytes) {
    driver.cuMemcpyDtoH(destination, source, bytes);
  }

  @Override
  public void cuMemcpyDtoD(long destination, long source, long bytes) {
    driver.cuMemcpyDtoD(destination, source, bytes);
  }

  @Override
  public void cuMemcpyHtoDAsync(
      long destination, MemorySegment source, long bytes, CUstream stream) {
    driver.cuMemcpyHtoDAsync(destination, source, bytes, stream);
  }

  @Override
  public void cuMemcpyDtoHAsync(
      MemorySegment destination, long source, long bytes, CUstream stream) {
    driver.cuMemcpyDtoHAsync(destination, source, bytes, stream);
  }

  @Override
  public void cuMemcpyDtoDAsync(long destination, long source, long bytes, CUstream stream) {
    driver.cuMemcpyDtoDAsync(destination, source, bytes, stream);
  }

  @Override
  public void cuMemsetD8(long destination, byte value, long count) {
    driver.cuMemsetD8(destination, value, count);
  }

  @Override
  public void cuMemsetD32(long destination, int value, long count) {
    driver.cuMemsetD32(destination, value, count);
  }

  @Override
  public void cuMemsetD8Async(long destination, byte value, long count, CUstream stream) {
    driver.cuMemsetD8Async(destination, value, count, stream);
  }

  @Override
  public void cuMemsetD32Async(long destination, int value, long count, CUstream stream) {
    driver.cuMemsetD32Async(destination, value, count, stream);
  }

  @Override
  public CUstream cuStreamCreate(int flags) {
    return driver.cuStreamCreate(flags);
  }

  @Override
  public void cuStreamDestroy(CUstream stream) {
    driver.cuStreamDestroy(stream);
  }

  @Override
  public void cuStreamSynchronize(CUstream stream) {
    driver.cuStreamSynchronize(stream);
  }

  @Override
  public boolean cuStreamQuery(CUstream stream) {
    return driver.cuStreamQuery(stream);
  }

  @Override
  public void cuStreamWaitEvent(CUstream stream, CUevent event, int flags) {
    driver.cuStreamWaitEvent(stream, event, flags);
  }

  @Override
  public CUevent cuEventCreate(int flags) {
    return driver.cuEventCreate(flags);
  }

  @Override
  public void cuEventDestroy(CUevent event) {
    driver.cuEventDestroy(event);
  }

  @Override
  public void cuEventRecord(CUevent event, CUstream stream) {
    driver.cuEventRecord(event, stream);
  }

  @Override
  public void cuEventSynchronize(CUevent event) {
    driver.cuEventSynchronize(event);
  }

  @Override
  public boolean cuEventQuery(CUevent event) {
    return driver.cuEventQuery(event);
  }

  @Override
  public float cuEventElapsedTime(CUevent start, CUevent end) {
    return driver.cuEventElapsedTime(start, end);
  }

  @Override
  public void cuStreamBeginCapture(CUstream stream, int mode) {
    driver.cuStreamBeginCapture(stream, mode);
  }

  @Override
  public CUgraph cuStreamEndCapture(CUstream stream) {
    return driver.cuStreamEndCapture(stream);
  }

  @Override
  public int cuStreamIsCapturing(CUstream stream) {
    return driver.cuStreamIsCapturing(stream);
  }

  @Override
  public long cuGraphGetNodes(CUgraph graph) {
    return driver.cuGraphGetNodes(graph);
  }

  @Override
  public CUgraphExec cuGraphInstantiate(CUgraph graph, long flags) {
    return driver.cuGraphInstantiate(graph, flags);
  }

  @Override
  public void cuGraphLaunch(CUgraphExec graph, CUstream stream) {
    driver.cuGraphLaunch(graph, stream);
  }

  @Override
  public void cuGraphExecDestroy(CUgraphExec graph) {
    driver.cuGraphExecDestroy(graph);
  }

  @Override
  public void cuGraphDestroy(CUgraph graph) {
    driver.cuGraphDestroy(graph);
  }
}
