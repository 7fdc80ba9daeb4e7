package palimpsest.cuda;

import java.lang.foreign.MemorySegment;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUgraphExec;
import palimpsest.cuda.CudaHandle.CUstream;

/**
 * Waits behind every launch, so that the kernel that fails is the one that is named: an error on
 * the device otherwise shows at whatever call comes next. Inside a capture nothing runs, and
 * nothing is waited for.
 */
public final class SynchronousLaunches extends ForwardingCudaDriver {
  /** The system property that turns this on. */
  public static final String PROPERTY = "palimpsest.cuda.synchronous";

  public SynchronousLaunches(CudaDriver driver) {
    super(driver);
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
    super.cuLaunchKernel(
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
    if (cuStreamIsCapturing(stream) == CU_STREAM_CAPTURE_STATUS_NONE) {
      synchronize(
          stream,
          CudaException.launch(
              function,
              new LaunchShape(
                  gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes)));
    }
  }

  @Override
  public void cuGraphLaunch(CUgraphExec graph, CUstream stream) {
    super.cuGraphLaunch(graph, stream);
    synchronize(stream, "cuGraphLaunch");
  }

  private void synchronize(CUstream stream, String call) {
    try {
      cuStreamSynchronize(stream);
    } catch (CudaException e) {
      throw new CudaException(call, e);
    }
  }
}
