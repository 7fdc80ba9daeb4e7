package palimpsest.cuda;

import java.lang.foreign.MemorySegment;
import palimpsest.cuda.CudaHandle.CUcontext;
import palimpsest.cuda.CudaHandle.CUevent;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUgraph;
import palimpsest.cuda.CudaHandle.CUgraphExec;
import palimpsest.cuda.CudaHandle.CUmodule;
import palimpsest.cuda.CudaHandle.CUstream;

/**
 * The calls of the CUDA Driver API that this project makes, each under its name in {@code cuda.h}
 * and with its arguments in that order; what C returns through a leading pointer is the result
 * here. A code other than {@code CUDA_SUCCESS} is a {@link CudaException}.
 *
 * <p>A device pointer is a {@code long}. Host memory is a native {@link MemorySegment}, never on
 * the heap, and at least as large as the bytes named. Calls may come from several threads; which
 * context they mean is the thread's own ({@link #cuCtxSetCurrent}).
 */
public interface CudaDriver {
  int CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 1;
  int CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK = 8;
  int CU_DEVICE_ATTRIBUTE_CLOCK_RATE = 13;
  int CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16;
  int CU_DEVICE_ATTRIBUTE_ECC_ENABLED = 32;
  int CU_DEVICE_ATTRIBUTE_PCI_BUS_ID = 33;
  int CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID = 34;
  int CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE = 36;
  int CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH = 37;
  int CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE = 38;
  int CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID = 50;
  int CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75;
  int CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76;
  int CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR = 81;
  int CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97;

  int CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 0;
  int CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES = 1;
  int CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES = 3;
  int CU_FUNC_ATTRIBUTE_NUM_REGS = 4;
  int CU_FUNC_ATTRIBUTE_BINARY_VERSION = 6;
  int CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8;

  int CU_MEMHOSTALLOC_PORTABLE = 1;

  int CU_STREAM_DEFAULT = 0;
  int CU_STREAM_NON_BLOCKING = 1;

  int CU_STREAM_CAPTURE_MODE_GLOBAL = 0;
  int CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1;
  int CU_STREAM_CAPTURE_MODE_RELAXED = 2;

  int CU_STREAM_CAPTURE_STATUS_NONE = 0;
  int CU_STREAM_CAPTURE_STATUS_ACTIVE = 1;
  int CU_STREAM_CAPTURE_STATUS_INVALIDATED = 2;

  int CU_EVENT_DEFAULT = 0;
  int CU_EVENT_BLOCKING_SYNC = 1;
  int CU_EVENT_DISABLE_TIMING = 2;

  // Driver

  void cuInit(int flags);

  /** 1000 · major + 10 · minor of the newest CUDA the driver knows. */
  int cuDriverGetVersion();

  /** Such as {@code CUDA_ERROR_OUT_OF_MEMORY}; {@code CUDA_ERROR_UNKNOWN} for no code of CUDA's. */
  String cuGetErrorName(int error);

  /** Such as {@code out of memory}. */
  String cuGetErrorString(int error);

  // Devices

  int cuDeviceGetCount();

  int cuDeviceGet(int ordinal);

  String cuDeviceGetName(int device);

  /**
   * @param attribute one of {@code CU_DEVICE_ATTRIBUTE_…}
   */
  int cuDeviceGetAttribute(int attribute, int device);

  long cuDeviceTotalMem(int device);

  // Contexts

  /**
   * The context that cuBLAS and every other user in this process share; retain and release pair.
   */
  CUcontext cuDevicePrimaryCtxRetain(int device);

  void cuDevicePrimaryCtxRelease(int device);

  void cuCtxSetCurrent(CUcontext context);

  /** The context of this thread, of address 0 where it has none. */
  CUcontext cuCtxGetCurrent();

  void cuCtxSynchronize();

  // Modules and kernels

  /**
   * @param image a cubin, a fatbin, or PTX that ends with a zero byte
   */
  CUmodule cuModuleLoadData(MemorySegment image);

  void cuModuleUnload(CUmodule module);

  CUfunction cuModuleGetFunction(CUmodule module, String name);

  /**
   * @param attribute one of {@code CU_FUNC_ATTRIBUTE_…}
   */
  int cuFuncGetAttribute(int attribute, CUfunction function);

  void cuFuncSetAttribute(CUfunction function, int attribute, int value);

  /**
   * Where a kernel expects a parameter; {@code CUDA_ERROR_INVALID_VALUE} past its last one. JCuda
   * does not have this call and answers {@code CUDA_ERROR_NOT_SUPPORTED}.
   */
  ParamInfo cuFuncGetParamInfo(CUfunction function, long paramIndex);

  /**
   * Starts a kernel. The driver has read the parameters when this returns; nothing is allocated.
   *
   * @param kernelParams an array of pointers, one to each parameter, made once and used again
   */
  void cuLaunchKernel(
      CUfunction function,
      int gridDimX,
      int gridDimY,
      int gridDimZ,
      int blockDimX,
      int blockDimY,
      int blockDimZ,
      int sharedMemBytes,
      CUstream stream,
      MemorySegment kernelParams);

  // Memory

  MemoryInfo cuMemGetInfo();

  long cuMemAlloc(long bytes);

  void cuMemFree(long pointer);

  /**
   * Pinned host memory, that copies run from and to beside other work; valid until {@link
   * #cuMemFreeHost}.
   */
  MemorySegment cuMemHostAlloc(long bytes, int flags);

  void cuMemFreeHost(MemorySegment pinned);

  void cuMemcpyHtoD(long destination, MemorySegment source, long bytes);

  void cuMemcpyDtoH(MemorySegment destination, long source, long bytes);

  void cuMemcpyDtoD(long destination, long source, long bytes);

  /** The source must not change, nor be freed, before the stream has come past this. */
  void cuMemcpyHtoDAsync(long destination, MemorySegment source, long bytes, CUstream stream);

  /** The destination holds the bytes when the stream has come past this. */
  void cuMemcpyDtoHAsync(MemorySegment destination, long source, long bytes, CUstream stream);

  void cuMemcpyDtoDAsync(long destination, long source, long bytes, CUstream stream);

  void cuMemsetD8(long destination, byte value, long count);

  void cuMemsetD32(long destination, int value, long count);

  void cuMemsetD8Async(long destination, byte value, long count, CUstream stream);

  void cuMemsetD32Async(long destination, int value, long count, CUstream stream);

  // Streams and events

  /**
   * @param flags {@link #CU_STREAM_DEFAULT} or {@link #CU_STREAM_NON_BLOCKING}
   */
  CUstream cuStreamCreate(int flags);

  void cuStreamDestroy(CUstream stream);

  void cuStreamSynchronize(CUstream stream);

  /** Whether all work is done; {@code CUDA_ERROR_NOT_READY} is false and no exception. */
  boolean cuStreamQuery(CUstream stream);

  void cuStreamWaitEvent(CUstream stream, CUevent event, int flags);

  /**
   * @param flags an or of {@code CU_EVENT_…}
   */
  CUevent cuEventCreate(int flags);

  void cuEventDestroy(CUevent event);

  void cuEventRecord(CUevent event, CUstream stream);

  void cuEventSynchronize(CUevent event);

  /** Whether the event has come; {@code CUDA_ERROR_NOT_READY} is false and no exception. */
  boolean cuEventQuery(CUevent event);

  /** Milliseconds, to about half a microsecond. */
  float cuEventElapsedTime(CUevent start, CUevent end);

  // Graphs

  /**
   * @param mode one of {@code CU_STREAM_CAPTURE_MODE_…}
   */
  void cuStreamBeginCapture(CUstream stream, int mode);

  CUgraph cuStreamEndCapture(CUstream stream);

  /** One of {@code CU_STREAM_CAPTURE_STATUS_…}. */
  int cuStreamIsCapturing(CUstream stream);

  /** How many nodes a graph has. */
  long cuGraphGetNodes(CUgraph graph);

  CUgraphExec cuGraphInstantiate(CUgraph graph, long flags);

  void cuGraphLaunch(CUgraphExec graph, CUstream stream);

  void cuGraphExecDestroy(CUgraphExec graph);

  void cuGraphDestroy(CUgraph graph);

  /** Bytes of a device's memory. */
  record MemoryInfo(long free, long total) {}

  /** Where a kernel's parameter lies in its parameter block, and how large it is. */
  record ParamInfo(long offset, long size) {}
}
