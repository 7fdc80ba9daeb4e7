package palimpsest.cuda.jcuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import jcuda.Pointer;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaException;
import palimpsest.cuda.CudaHandle.CUcontext;
import palimpsest.cuda.CudaHandle.CUevent;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUgraph;
import palimpsest.cuda.CudaHandle.CUgraphExec;
import palimpsest.cuda.CudaHandle.CUmodule;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.LaunchShape;

/**
 * The driver through JCuda. Its objects are made for each call: they are small, and JCuda's own way
 * is no different.
 */
final class JcudaDriver implements CudaDriver {
  private static final int LONGEST_NAME = 256;

  @Override
  public void cuInit(int flags) {
    check(JCudaDriver.cuInit(flags), "cuInit");
  }

  @Override
  public int cuDriverGetVersion() {
    int[] version = new int[1];
    check(JCudaDriver.cuDriverGetVersion(version), "cuDriverGetVersion");
    return version[0];
  }

  @Override
  public String cuGetErrorName(int error) {
    String[] name = new String[1];
    boolean known = JCudaDriver.cuGetErrorName(error, name) == CUresult.CUDA_SUCCESS;
    return known ? name[0] : "CUDA_ERROR_UNKNOWN";
  }

  @Override
  public String cuGetErrorString(int error) {
    String[] text = new String[1];
    boolean known = JCudaDriver.cuGetErrorString(error, text) == CUresult.CUDA_SUCCESS;
    return known ? text[0] : "unknown error";
  }

  @Override
  public int cuDeviceGetCount() {
    int[] count = new int[1];
    check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
    return count[0];
  }

  @Override
  public int cuDeviceGet(int ordinal) {
    CUdevice device = new CUdevice();
    check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet");
    return (int) Pointers.address(device);
  }

  @Override
  public String cuDeviceGetName(int device) {
    byte[] name = new byte[LONGEST_NAME];
    check(JCudaDriver.cuDeviceGetName(name, LONGEST_NAME, device(device)), "cuDeviceGetName");
    int end = 0;
    while (end < LONGEST_NAME && name[end] != 0) {
      end++;
    }
    return new String(name, 0, end, StandardCharsets.UTF_8);
  }

  @Override
  public int cuDeviceGetAttribute(int attribute, int device) {
    int[] value = new int[1];
    check(
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device(device)), "cuDeviceGetAttribute");
    return value[0];
  }

  @Override
  public long cuDeviceTotalMem(int device) {
    long[] bytes = new long[1];
    check(JCudaDriver.cuDeviceTotalMem(bytes, device(device)), "cuDeviceTotalMem");
    return bytes[0];
  }

  @Override
  public CUcontext cuDevicePrimaryCtxRetain(int device) {
    var context = new jcuda.driver.CUcontext();
    check(
        JCudaDriver.cuDevicePrimaryCtxRetain(context, device(device)), "cuDevicePrimaryCtxRetain");
    return new CUcontext(Pointers.address(context));
  }

  @Override
  public void cuDevicePrimaryCtxRelease(int device) {
    check(JCudaDriver.cuDevicePrimaryCtxRelease(device(device)), "cuDevicePrimaryCtxRelease");
  }

  @Override
  public void cuCtxSetCurrent(CUcontext context) {
    check(
        JCudaDriver.cuCtxSetCurrent(Pointers.at(new jcuda.driver.CUcontext(), context.address())),
        "cuCtxSetCurrent");
  }

  @Override
  public CUcontext cuCtxGetCurrent() {
    var context = new jcuda.driver.CUcontext();
    check(JCudaDriver.cuCtxGetCurrent(context), "cuCtxGetCurrent");
    return new CUcontext(Pointers.address(context));
  }

  @Override
  public void cuCtxSynchronize() {
    check(JCudaDriver.cuCtxSynchronize(), "cuCtxSynchronize");
  }

  @Override
  public CUmodule cuModuleLoadData(MemorySegment image) {
    var module = new jcuda.driver.CUmodule();
    check(
        JCudaDriver.cuModuleLoadData(module, image.toArray(ValueLayout.JAVA_BYTE)),
        "cuModuleLoadData");
    return new CUmodule(Pointers.address(module));
  }

  @Override
  public void cuModuleUnload(CUmodule module) {
    check(JCudaDriver.cuModuleUnload(module(module)), "cuModuleUnload");
  }

  @Override
  public CUfunction cuModuleGetFunction(CUmodule module, String name) {
    var function = new jcuda.driver.CUfunction();
    check(
        JCudaDriver.cuModuleGetFunction(function, module(module), name),
        "cuModuleGetFunction",
        name);
    return new CUfunction(Pointers.address(function), name);
  }

  @Override
  public int cuFuncGetAttribute(int attribute, CUfunction function) {
    int[] value = new int[1];
    check(
        JCudaDriver.cuFuncGetAttribute(value, attribute, function(function)),
        "cuFuncGetAttribute",
        function.name());
    return value[0];
  }

  @Override
  public void cuFuncSetAttribute(CUfunction function, int attribute, int value) {
    check(
        JCudaDriver.cuFuncSetAttribute(function(function), attribute, value),
        "cuFuncSetAttribute",
        function.name());
  }

  @Override
  public ParamInfo cuFuncGetParamInfo(CUfunction function, long paramIndex) {
    throw failure(
        CUresult.CUDA_ERROR_NOT_SUPPORTED, "cuFuncGetParamInfo, which JCuda 12.6 does not have");
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
    int code =
        JCudaDriver.cuLaunchKernel(
            function(function),
            gridDimX,
            gridDimY,
            gridDimZ,
            blockDimX,
            blockDimY,
            blockDimZ,
            sharedMemBytes,
            stream(stream),
            Pointers.host(kernelParams, 0),
            null);
    if (code != CUresult.CUDA_SUCCESS) {
      LaunchShape shape =
          new LaunchShape(
              gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes);
      throw failure(code, CudaException.launch(function, shape));
    }
  }

  @Override
  public MemoryInfo cuMemGetInfo() {
    long[] free = new long[1];
    long[] total = new long[1];
    check(JCudaDriver.cuMemGetInfo(free, total), "cuMemGetInfo");
    return new MemoryInfo(free[0], total[0]);
  }

  @Override
  public long cuMemAlloc(long bytes) {
    var pointer = new jcuda.driver.CUdeviceptr();
    checkBytes(JCudaDriver.cuMemAlloc(pointer, bytes), "cuMemAlloc", bytes);
    return Pointers.address(pointer);
  }

  @Override
  public void cuMemFree(long pointer) {
    check(JCudaDriver.cuMemFree(Pointers.device(pointer)), "cuMemFree");
  }

  @Override
  public MemorySegment cuMemHostAlloc(long bytes, int flags) {
    Pointer pinned = new Pointer();
    checkBytes(JCudaDriver.cuMemHostAlloc(pinned, bytes, flags), "cuMemHostAlloc", bytes);
    return MemorySegment.ofAddress(Pointers.address(pinned)).reinterpret(bytes);
  }

  @Override
  public void cuMemFreeHost(MemorySegment pinned) {
    check(JCudaDriver.cuMemFreeHost(Pointers.host(pinned, 0)), "cuMemFreeHost");
  }

  @Override
  public void cuMemcpyHtoD(long destination, MemorySegment source, long bytes) {
    checkBytes(
        JCudaDriver.cuMemcpyHtoD(Pointers.device(destination), Pointers.host(source, bytes), bytes),
        "cuMemcpyHtoD",
        bytes);
  }

  @Override
  public void cuMemcpyDtoH(MemorySegment destination, long source, long bytes) {
    checkBytes(
        JCudaDriver.cuMemcpyDtoH(Pointers.host(destination, bytes), Pointers.device(source), bytes),
        "cuMemcpyDtoH",
        bytes);
  }

  @Override
  public void cuMemcpyDtoD(long destination, long source, long bytes) {
    checkBytes(
        JCudaDriver.cuMemcpyDtoD(Pointers.device(destination), Pointers.device(source), bytes),
        "cuMemcpyDtoD",
        bytes);
  }

  @Override
  public void cuMemcpyHtoDAsync(
      long destination, MemorySegment source, long bytes, CUstream stream) {
    checkBytes(
        JCudaDriver.cuMemcpyHtoDAsync(
            Pointers.device(destination), Pointers.host(source, bytes), bytes, stream(stream)),
        "cuMemcpyHtoDAsync",
        bytes);
  }

  @Override
  public void cuMemcpyDtoHAsync(
      MemorySegment destination, long source, long bytes, CUstream stream) {
    checkBytes(
        JCudaDriver.cuMemcpyDtoHAsync(
            Pointers.host(destination, bytes), Pointers.device(source), bytes, stream(stream)),
        "cuMemcpyDtoHAsync",
        bytes);
  }

  @Override
  public void cuMemcpyDtoDAsync(long destination, long source, long bytes, CUstream stream) {
    checkBytes(
        JCudaDriver.cuMemcpyDtoDAsync(
            Pointers.device(destination), Pointers.device(source), bytes, stream(stream)),
        "cuMemcpyDtoDAsync",
        bytes);
  }

  @Override
  public void cuMemsetD8(long destination, byte value, long count) {
    checkBytes(
        JCudaDriver.cuMemsetD8(Pointers.device(destination), value, count), "cuMemsetD8", count);
  }

  @Override
  public void cuMemsetD32(long destination, int value, long count) {
    checkBytes(
        JCudaDriver.cuMemsetD32(Pointers.device(destination), value, count),
        "cuMemsetD32",
        4 * count);
  }

  @Override
  public void cuMemsetD8Async(long destination, byte value, long count, CUstream stream) {
    checkBytes(
        JCudaDriver.cuMemsetD8Async(Pointers.device(destination), value, count, stream(stream)),
        "cuMemsetD8Async",
        count);
  }

  @Override
  public void cuMemsetD32Async(long destination, int value, long count, CUstream stream) {
    checkBytes(
        JCudaDriver.cuMemsetD32Async(Pointers.device(destination), value, count, stream(stream)),
        "cuMemsetD32Async",
        4 * count);
  }

  @Override
  public CUstream cuStreamCreate(int flags) {
    var stream = new jcuda.driver.CUstream();
    check(JCudaDriver.cuStreamCreate(stream, flags), "cuStreamCreate");
    return new CUstream(Pointers.address(stream));
  }

  @Override
  public void cuStreamDestroy(CUstream stream) {
    check(JCudaDriver.cuStreamDestroy(stream(stream)), "cuStreamDestroy");
  }

  @Override
  public void cuStreamSynchronize(CUstream stream) {
    check(JCudaDriver.cuStreamSynchronize(stream(stream)), "cuStreamSynchronize");
  }

  @Override
  public boolean cuStreamQuery(CUstream stream) {
    return ready(JCudaDriver.cuStreamQuery(stream(stream)), "cuStreamQuery");
  }

  @Override
  public void cuStreamWaitEvent(CUstream stream, CUevent event, int flags) {
    check(JCudaDriver.cuStreamWaitEvent(stream(stream), event(event), flags), "cuStreamWaitEvent");
  }

  @Override
  public CUevent cuEventCreate(int flags) {
    var event = new jcuda.driver.CUevent();
    check(JCudaDriver.cuEventCreate(event, flags), "cuEventCreate");
    return new CUevent(Pointers.address(event));
  }

  @Override
  public void cuEventDestroy(CUevent event) {
    check(JCudaDriver.cuEventDestroy(event(event)), "cuEventDestroy");
  }

  @Override
  public void cuEventRecord(CUevent event, CUstream stream) {
    check(JCudaDriver.cuEventRecord(event(event), stream(stream)), "cuEventRecord");
  }

  @Override
  public void cuEventSynchronize(CUevent event) {
    check(JCudaDriver.cuEventSynchronize(event(event)), "cuEventSynchronize");
  }

  @Override
  public boolean cuEventQuery(CUevent event) {
    return ready(JCudaDriver.cuEventQuery(event(event)), "cuEventQuery");
  }

  @Override
  public float cuEventElapsedTime(CUevent start, CUevent end) {
    float[] milliseconds = new float[1];
    check(
        JCudaDriver.cuEventElapsedTime(milliseconds, event(start), event(end)),
        "cuEventElapsedTime");
    return milliseconds[0];
  }

  @Override
  public void cuStreamBeginCapture(CUstream stream, int mode) {
    check(JCudaDriver.cuStreamBeginCapture(stream(stream), mode), "cuStreamBeginCapture");
  }

  @Override
  public CUgraph cuStreamEndCapture(CUstream stream) {
    var graph = new jcuda.driver.CUgraph();
    check(JCudaDriver.cuStreamEndCapture(stream(stream), graph), "cuStreamEndCapture");
    return new CUgraph(Pointers.address(graph));
  }

  @Override
  public int cuStreamIsCapturing(CUstream stream) {
    int[] status = new int[1];
    check(JCudaDriver.cuStreamIsCapturing(stream(stream), status), "cuStreamIsCapturing");
    return status[0];
  }

  @Override
  public long cuGraphGetNodes(CUgraph graph) {
    long[] count = new long[1];
    check(JCudaDriver.cuGraphGetNodes(graph(graph), null, count), "cuGraphGetNodes");
    return count[0];
  }

  @Override
  public CUgraphExec cuGraphInstantiate(CUgraph graph, long flags) {
    var executable = new jcuda.driver.CUgraphExec();
    check(JCudaDriver.cuGraphInstantiate(executable, graph(graph), flags), "cuGraphInstantiate");
    return new CUgraphExec(Pointers.address(executable));
  }

  @Override
  public void cuGraphLaunch(CUgraphExec graph, CUstream stream) {
    check(JCudaDriver.cuGraphLaunch(executable(graph), stream(stream)), "cuGraphLaunch");
  }

  @Override
  public void cuGraphExecDestroy(CUgraphExec graph) {
    check(JCudaDriver.cuGraphExecDestroy(executable(graph)), "cuGraphExecDestroy");
  }

  @Override
  public void cuGraphDestroy(CUgraph graph) {
    check(JCudaDriver.cuGraphDestroy(graph(graph)), "cuGraphDestroy");
  }

  private static CUdevice device(int device) {
    return Pointers.at(new CUdevice(), device);
  }

  private static jcuda.driver.CUmodule module(CUmodule module) {
    return Pointers.at(new jcuda.driver.CUmodule(), module.address());
  }

  private static jcuda.driver.CUfunction function(CUfunction function) {
    return Pointers.at(new jcuda.driver.CUfunction(), function.address());
  }

  private static jcuda.driver.CUstream stream(CUstream stream) {
    return Pointers.at(new jcuda.driver.CUstream(), stream.address());
  }

  private static jcuda.driver.CUevent event(CUevent event) {
    return Pointers.at(new jcuda.driver.CUevent(), event.address());
  }

  private static jcuda.driver.CUgraph graph(CUgraph graph) {
    return Pointers.at(new jcuda.driver.CUgraph(), graph.address());
  }

  private static jcuda.driver.CUgraphExec executable(CUgraphExec graph) {
    return Pointers.at(new jcuda.driver.CUgraphExec(), graph.address());
  }

  private void check(int code, String call) {
    if (code != CUresult.CUDA_SUCCESS) {
      throw failure(code, call);
    }
  }

  private void check(int code, String call, String kernel) {
    if (code != CUresult.CUDA_SUCCESS) {
      throw failure(code, call + " " + kernel);
    }
  }

  private void checkBytes(int code, String call, long bytes) {
    if (code != CUresult.CUDA_SUCCESS) {
      throw failure(code, "%s of %d bytes".formatted(call, bytes));
    }
  }

  private boolean ready(int code, String call) {
    if (code == CUresult.CUDA_ERROR_NOT_READY) {
      return false;
    }
    check(code, call);
    return true;
  }

  private CudaException failure(int code, String call) {
    return new CudaException(call, code, cuGetErrorName(code), cuGetErrorString(code));
  }
}
