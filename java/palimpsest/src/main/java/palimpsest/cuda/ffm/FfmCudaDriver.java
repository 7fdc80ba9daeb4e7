package palimpsest.cuda.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
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
import palimpsest.cuda.ffm.generated.LibCuda;

/**
 * The driver through FFM. The library must be loaded ({@link palimpsest.cuda.DriverLibrary}) before
 * the first call; each function is bound when it is first called. Calls that return something
 * through a pointer share two cells and take turns; launches and copies have no such thing.
 */
public final class FfmCudaDriver implements CudaDriver {
  private static final int SUCCESS = LibCuda.CUDA_SUCCESS();
  private static final int NOT_READY = LibCuda.CUDA_ERROR_NOT_READY();
  private static final int LONGEST_NAME = 256;

  /** Where C writes its results: as long as the process, for no call may find them gone. */
  private final MemorySegment result = Arena.global().allocate(ADDRESS);

  private final MemorySegment second = Arena.global().allocate(ADDRESS);

  @Override
  public void cuInit(int flags) {
    check(LibCuda.cuInit(flags), "cuInit");
  }

  @Override
  public synchronized int cuDriverGetVersion() {
    check(LibCuda.cuDriverGetVersion(result), "cuDriverGetVersion");
    return result.get(JAVA_INT, 0);
  }

  @Override
  public synchronized String cuGetErrorName(int error) {
    return LibCuda.cuGetErrorName(error, result) == SUCCESS ? text() : "CUDA_ERROR_UNKNOWN";
  }

  @Override
  public synchronized String cuGetErrorString(int error) {
    return LibCuda.cuGetErrorString(error, result) == SUCCESS ? text() : "unknown error";
  }

  @Override
  public synchronized int cuDeviceGetCount() {
    check(LibCuda.cuDeviceGetCount(result), "cuDeviceGetCount");
    return result.get(JAVA_INT, 0);
  }

  @Override
  public synchronized int cuDeviceGet(int ordinal) {
    check(LibCuda.cuDeviceGet(result, ordinal), "cuDeviceGet");
    return result.get(JAVA_INT, 0);
  }

  @Override
  public String cuDeviceGetName(int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(LONGEST_NAME);
      check(LibCuda.cuDeviceGetName(name, LONGEST_NAME, device), "cuDeviceGetName");
      return name.getString(0);
    }
  }

  @Override
  public synchronized int cuDeviceGetAttribute(int attribute, int device) {
    check(LibCuda.cuDeviceGetAttribute(result, attribute, device), "cuDeviceGetAttribute");
    return result.get(JAVA_INT, 0);
  }

  @Override
  public synchronized long cuDeviceTotalMem(int device) {
    check(LibCuda.cuDeviceTotalMem_v2(result, device), "cuDeviceTotalMem");
    return result.get(JAVA_LONG, 0);
  }

  @Override
  public synchronized CUcontext cuDevicePrimaryCtxRetain(int device) {
    check(LibCuda.cuDevicePrimaryCtxRetain(result, device), "cuDevicePrimaryCtxRetain");
    return new CUcontext(result.get(ADDRESS, 0));
  }

  @Override
  public void cuDevicePrimaryCtxRelease(int device) {
    check(LibCuda.cuDevicePrimaryCtxRelease_v2(device), "cuDevicePrimaryCtxRelease");
  }

  @Override
  public void cuCtxSetCurrent(CUcontext context) {
    check(LibCuda.cuCtxSetCurrent(context.pointer()), "cuCtxSetCurrent");
  }

  @Override
  public synchronized CUcontext cuCtxGetCurrent() {
    check(LibCuda.cuCtxGetCurrent(result), "cuCtxGetCurrent");
    return new CUcontext(result.get(ADDRESS, 0));
  }

  @Override
  public void cuCtxSynchronize() {
    check(LibCuda.cuCtxSynchronize(), "cuCtxSynchronize");
  }

  @Override
  public synchronized CUmodule cuModuleLoadData(MemorySegment image) {
    check(LibCuda.cuModuleLoadData(result, image), "cuModuleLoadData");
    return new CUmodule(result.get(ADDRESS, 0));
  }

  @Override
  public void cuModuleUnload(CUmodule module) {
    check(LibCuda.cuModuleUnload(module.pointer()), "cuModuleUnload");
  }

  @Override
  public synchronized CUfunction cuModuleGetFunction(CUmodule module, String name) {
    try (Arena arena = Arena.ofConfined()) {
      check(
          LibCuda.cuModuleGetFunction(result, module.pointer(), arena.allocateFrom(name)),
          "cuModuleGetFunction",
          name);
      return new CUfunction(result.get(ADDRESS, 0), name);
    }
  }

  @Override
  public synchronized int cuFuncGetAttribute(int attribute, CUfunction function) {
    check(
        LibCuda.cuFuncGetAttribute(result, attribute, function.pointer()),
        "cuFuncGetAttribute",
        function.name());
    return result.get(JAVA_INT, 0);
  }

  @Override
  public void cuFuncSetAttribute(CUfunction function, int attribute, int value) {
    check(
        LibCuda.cuFuncSetAttribute(function.pointer(), attribute, value),
        "cuFuncSetAttribute",
        function.name());
  }

  @Override
  public synchronized ParamInfo cuFuncGetParamInfo(CUfunction function, long paramIndex) {
    check(
        LibCuda.cuFuncGetParamInfo(function.pointer(), paramIndex, result, second),
        "cuFuncGetParamInfo",
        function.name());
    return new ParamInfo(result.get(JAVA_LONG, 0), second.get(JAVA_LONG, 0));
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
        LibCuda.cuLaunchKernel(
            function.pointer(),
            gridDimX,
            gridDimY,
            gridDimZ,
            blockDimX,
            blockDimY,
            blockDimZ,
            sharedMemBytes,
            stream.pointer(),
            kernelParams,
            MemorySegment.NULL);
    if (code != SUCCESS) {
      LaunchShape shape =
          new LaunchShape(
              gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes);
      throw failure(code, CudaException.launch(function, shape));
    }
  }

  @Override
  public synchronized MemoryInfo cuMemGetInfo() {
    check(LibCuda.cuMemGetInfo_v2(result, second), "cuMemGetInfo");
    return new MemoryInfo(result.get(JAVA_LONG, 0), second.get(JAVA_LONG, 0));
  }

  @Override
  public synchronized long cuMemAlloc(long bytes) {
    checkBytes(LibCuda.cuMemAlloc_v2(result, bytes), "cuMemAlloc", bytes);
    return result.get(JAVA_LONG, 0);
  }

  @Override
  public void cuMemFree(long pointer) {
    check(LibCuda.cuMemFree_v2(pointer), "cuMemFree");
  }

  @Override
  public synchronized MemorySegment cuMemHostAlloc(long bytes, int flags) {
    checkBytes(LibCuda.cuMemHostAlloc(result, bytes, flags), "cuMemHostAlloc", bytes);
    return result.get(ADDRESS, 0).reinterpret(bytes);
  }

  @Override
  public void cuMemFreeHost(MemorySegment pinned) {
    check(LibCuda.cuMemFreeHost(pinned), "cuMemFreeHost");
  }

  @Override
  public void cuMemcpyHtoD(long destination, MemorySegment source, long bytes) {
    checkBytes(
        LibCuda.cuMemcpyHtoD_v2(destination, host(source, bytes), bytes), "cuMemcpyHtoD", bytes);
  }

  @Override
  public void cuMemcpyDtoH(MemorySegment destination, long source, long bytes) {
    checkBytes(
        LibCuda.cuMemcpyDtoH_v2(host(destination, bytes), source, bytes), "cuMemcpyDtoH", bytes);
  }

  @Override
  public void cuMemcpyDtoD(long destination, long source, long bytes) {
    checkBytes(LibCuda.cuMemcpyDtoD_v2(destination, source, bytes), "cuMemcpyDtoD", bytes);
  }

  @Override
  public void cuMemcpyHtoDAsync(
      long destination, MemorySegment source, long bytes, CUstream stream) {
    checkBytes(
        LibCuda.cuMemcpyHtoDAsync_v2(destination, host(source, bytes), bytes, stream.pointer()),
        "cuMemcpyHtoDAsync",
        bytes);
  }

  @Override
  public void cuMemcpyDtoHAsync(
      MemorySegment destination, long source, long bytes, CUstream stream) {
    checkBytes(
        LibCuda.cuMemcpyDtoHAsync_v2(host(destination, bytes), source, bytes, stream.pointer()),
        "cuMemcpyDtoHAsync",
        bytes);
  }

  @Override
  public void cuMemcpyDtoDAsync(long destination, long source, long bytes, CUstream stream) {
    checkBytes(
        LibCuda.cuMemcpyDtoDAsync_v2(destination, source, bytes, stream.pointer()),
        "cuMemcpyDtoDAsync",
        bytes);
  }

  @Override
  public void cuMemsetD8(long destination, byte value, long count) {
    checkBytes(LibCuda.cuMemsetD8_v2(destination, value, count), "cuMemsetD8", count);
  }

  @Override
  public void cuMemsetD32(long destination, int value, long count) {
    checkBytes(LibCuda.cuMemsetD32_v2(destination, value, count), "cuMemsetD32", 4 * count);
  }

  @Override
  public void cuMemsetD8Async(long destination, byte value, long count, CUstream stream) {
    checkBytes(
        LibCuda.cuMemsetD8Async(destination, value, count, stream.pointer()),
        "cuMemsetD8Async",
        count);
  }

  @Override
  public void cuMemsetD32Async(long destination, int value, long count, CUstream stream) {
    checkBytes(
        LibCuda.cuMemsetD32Async(destination, value, count, stream.pointer()),
        "cuMemsetD32Async",
        4 * count);
  }

  @Override
  public synchronized CUstream cuStreamCreate(int flags) {
    check(LibCuda.cuStreamCreate(result, flags), "cuStreamCreate");
    return new CUstream(result.get(ADDRESS, 0));
  }

  @Override
  public void cuStreamDestroy(CUstream stream) {
    check(LibCuda.cuStreamDestroy_v2(stream.pointer()), "cuStreamDestroy");
  }

  @Override
  public void cuStreamSynchronize(CUstream stream) {
    check(LibCuda.cuStreamSynchronize(stream.pointer()), "cuStreamSynchronize");
  }

  @Override
  public boolean cuStreamQuery(CUstream stream) {
    return ready(LibCuda.cuStreamQuery(stream.pointer()), "cuStreamQuery");
  }

  @Override
  public void cuStreamWaitEvent(CUstream stream, CUevent event, int flags) {
    check(LibCuda.cuStreamWaitEvent(stream.pointer(), event.pointer(), flags), "cuStreamWaitEvent");
  }

  @Override
  public synchronized CUevent cuEventCreate(int flags) {
    check(LibCuda.cuEventCreate(result, flags), "cuEventCreate");
    return new CUevent(result.get(ADDRESS, 0));
  }

  @Override
  public void cuEventDestroy(CUevent event) {
    check(LibCuda.cuEventDestroy_v2(event.pointer()), "cuEventDestroy");
  }

  @Override
  public void cuEventRecord(CUevent event, CUstream stream) {
    check(LibCuda.cuEventRecord(event.pointer(), stream.pointer()), "cuEventRecord");
  }

  @Override
  public void cuEventSynchronize(CUevent event) {
    check(LibCuda.cuEventSynchronize(event.pointer()), "cuEventSynchronize");
  }

  @Override
  public boolean cuEventQuery(CUevent event) {
    return ready(LibCuda.cuEventQuery(event.pointer()), "cuEventQuery");
  }

  @Override
  public synchronized float cuEventElapsedTime(CUevent start, CUevent end) {
    check(LibCuda.cuEventElapsedTime(result, start.pointer(), end.pointer()), "cuEventElapsedTime");
    return result.get(JAVA_FLOAT, 0);
  }

  @Override
  public void cuStreamBeginCapture(CUstream stream, int mode) {
    check(LibCuda.cuStreamBeginCapture_v2(stream.pointer(), mode), "cuStreamBeginCapture");
  }

  @Override
  public synchronized CUgraph cuStreamEndCapture(CUstream stream) {
    check(LibCuda.cuStreamEndCapture(stream.pointer(), result), "cuStreamEndCapture");
    return new CUgraph(result.get(ADDRESS, 0));
  }

  @Override
  public synchronized int cuStreamIsCapturing(CUstream stream) {
    check(LibCuda.cuStreamIsCapturing(stream.pointer(), result), "cuStreamIsCapturing");
    return result.get(JAVA_INT, 0);
  }

  @Override
  public synchronized long cuGraphGetNodes(CUgraph graph) {
    check(LibCuda.cuGraphGetNodes(graph.pointer(), MemorySegment.NULL, result), "cuGraphGetNodes");
    return result.get(JAVA_LONG, 0);
  }

  @Override
  public synchronized CUgraphExec cuGraphInstantiate(CUgraph graph, long flags) {
    check(
        LibCuda.cuGraphInstantiateWithFlags(result, graph.pointer(), flags), "cuGraphInstantiate");
    return new CUgraphExec(result.get(ADDRESS, 0));
  }

  @Override
  public void cuGraphLaunch(CUgraphExec graph, CUstream stream) {
    check(LibCuda.cuGraphLaunch(graph.pointer(), stream.pointer()), "cuGraphLaunch");
  }

  @Override
  public void cuGraphExecDestroy(CUgraphExec graph) {
    check(LibCuda.cuGraphExecDestroy(graph.pointer()), "cuGraphExecDestroy");
  }

  @Override
  public void cuGraphDestroy(CUgraph graph) {
    check(LibCuda.cuGraphDestroy(graph.pointer()), "cuGraphDestroy");
  }

  private void check(int code, String call) {
    if (code != SUCCESS) {
      throw failure(code, call);
    }
  }

  private void check(int code, String call, String kernel) {
    if (code != SUCCESS) {
      throw failure(code, call + " " + kernel);
    }
  }

  private void checkBytes(int code, String call, long bytes) {
    if (code != SUCCESS) {
      throw failure(code, "%s of %d bytes".formatted(call, bytes));
    }
  }

  private boolean ready(int code, String call) {
    if (code == NOT_READY) {
      return false;
    }
    check(code, call);
    return true;
  }

  private CudaException failure(int code, String call) {
    return new CudaException(call, code, cuGetErrorName(code), cuGetErrorString(code));
  }

  /** The text that the driver keeps and has just pointed to. */
  private String text() {
    return result.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** The driver sees an address alone: that it does not run past the end is checked here. */
  private static MemorySegment host(MemorySegment memory, long bytes) {
    Objects.checkFromIndexSize(0, bytes, memory.byteSize());
    return memory;
  }
}
