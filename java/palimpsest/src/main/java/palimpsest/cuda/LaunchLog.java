package palimpsest.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUstream;

/** Writes down every kernel that is launched, in order. */
public final class LaunchLog extends ForwardingCudaDriver {
  private final List<Launch> launches = new ArrayList<>();

  public LaunchLog(CudaDriver driver) {
    super(driver);
  }

  /** What was launched since the log was last cleared. */
  public synchronized List<Launch> launches() {
    return List.copyOf(launches);
  }

  public synchronized void clear() {
    launches.clear();
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
    LaunchShape shape =
        new LaunchShape(
            gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes);
    synchronized (this) {
      launches.add(new Launch(function.name(), shape));
    }
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
  }

  /** One launch of a kernel. */
  public record Launch(String kernel, LaunchShape shape) {}
}
