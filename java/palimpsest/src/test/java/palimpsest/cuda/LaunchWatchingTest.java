package palimpsest.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUstream;

/** Drivers that watch what is launched. */
class LaunchWatchingTest {
  private static final CUfunction KERNEL = new CUfunction(1, "gelu_erf_forward_bf16");
  private static final LaunchShape SHAPE = new LaunchShape(12, 1, 1, 256, 1, 1, 64);

  @Test
  void logsWhatIsLaunchedInOrder() {
    LaunchLog log = new LaunchLog(new Launching(false));
    launch(log);
    launch(log);
    LaunchLog.Launch launch = new LaunchLog.Launch("gelu_erf_forward_bf16", SHAPE);
    assertEquals(List.of(launch, launch), log.launches());
    log.clear();
    assertEquals(List.of(), log.launches());
  }

  @Test
  void waitingNamesTheKernelAtFault() {
    CudaException e =
        assertThrows(
            CudaException.class, () -> launch(new SynchronousLaunches(new Launching(false))));
    assertEquals(
        "cuLaunchKernel gelu_erf_forward_bf16, grid 12x1x1, block 256x1x1, 64 bytes shared:"
            + " an illegal memory access was encountered (CUDA_ERROR_ILLEGAL_ADDRESS, 700)",
        e.getMessage());
  }

  @Test
  void nothingIsWaitedForInsideACapture() {
    launch(new SynchronousLaunches(new Launching(true)));
  }

  private static void launch(CudaDriver driver) {
    driver.cuLaunchKernel(
        KERNEL, 12, 1, 1, 256, 1, 1, 64, CUstream.LEGACY_DEFAULT, MemorySegment.NULL);
  }

  /** Takes every launch, and fails when it is waited for. */
  private static final class Launching extends ForwardingCudaDriver {
    private final boolean capturing;

    Launching(boolean capturing) {
      super(null);
      this.capturing = capturing;
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
        MemorySegment kernelParams) {}

    @Override
    public int cuStreamIsCapturing(CUstream stream) {
      return capturing ? CU_STREAM_CAPTURE_STATUS_ACTIVE : CU_STREAM_CAPTURE_STATUS_NONE;
    }

    @Override
    public void cuStreamSynchronize(CUstream stream) {
      throw new CudaException(
          "cuStreamSynchronize",
          700,
          "CUDA_ERROR_ILLEGAL_ADDRESS",
          "an illegal memory access was encountered");
    }
  }
}
