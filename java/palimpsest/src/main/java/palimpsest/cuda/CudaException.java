package palimpsest.cuda;

import java.util.Set;
import palimpsest.cuda.CudaHandle.CUfunction;

/**
 * A call of the driver or of cuBLAS that failed. Its message names the call, with the kernel and
 * its shape for a launch, and says what the library says.
 */
public final class CudaException extends RuntimeException {
  /** Codes after which every further call on the context fails too. */
  private static final Set<String> FATAL =
      Set.of(
          "CUDA_ERROR_ILLEGAL_ADDRESS",
          "CUDA_ERROR_LAUNCH_TIMEOUT",
          "CUDA_ERROR_ASSERT",
          "CUDA_ERROR_HARDWARE_STACK_ERROR",
          "CUDA_ERROR_ILLEGAL_INSTRUCTION",
          "CUDA_ERROR_MISALIGNED_ADDRESS",
          "CUDA_ERROR_INVALID_ADDRESS_SPACE",
          "CUDA_ERROR_INVALID_PC",
          "CUDA_ERROR_LAUNCH_FAILED");

  private static final String WHICH_KERNEL =
      "; an earlier kernel may be at fault, -D%s=true shows which"
          .formatted(SynchronousLaunches.PROPERTY);

  private final String call;
  private final int code;
  private final String errorName;
  private final String text;

  /**
   * @param call the C function, and what of its arguments helps to find the mistake
   * @param errorName such as {@code CUDA_ERROR_OUT_OF_MEMORY}
   * @param text the library's own words
   */
  public CudaException(String call, int code, String errorName, String text) {
    super(
        "%s: %s (%s, %d)%s"
            .formatted(call, text, errorName, code, FATAL.contains(errorName) ? WHICH_KERNEL : ""));
    this.call = call;
    this.code = code;
    this.errorName = errorName;
    this.text = text;
  }

  /** What the driver said at another call, and this one is to blame for. */
  CudaException(String call, CudaException seen) {
    super("%s: %s (%s, %d)".formatted(call, seen.text, seen.errorName, seen.code), seen);
    this.call = call;
    this.code = seen.code;
    this.errorName = seen.errorName;
    this.text = seen.text;
  }

  /** What to call a launch. */
  public static String launch(CUfunction function, LaunchShape shape) {
    return "cuLaunchKernel %s, %s".formatted(function.name(), shape);
  }

  /** The C function, and what of its arguments helps to find the mistake. */
  public String call() {
    return call;
  }

  public int code() {
    return code;
  }

  /** Such as {@code CUDA_ERROR_OUT_OF_MEMORY} or {@code CUBLAS_STATUS_NOT_SUPPORTED}. */
  public String errorName() {
    return errorName;
  }

  public boolean outOfMemory() {
    return errorName.equals("CUDA_ERROR_OUT_OF_MEMORY")
        || errorName.equals("CUBLAS_STATUS_ALLOC_FAILED");
  }

  /** Whether the context is lost: there is no use in another try. */
  public boolean fatal() {
    return FATAL.contains(errorName);
  }
}
