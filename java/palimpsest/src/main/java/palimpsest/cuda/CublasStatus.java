package palimpsest.cuda;

/** The names of cuBLAS's status codes, as {@code cublas_api.h} has them. */
public enum CublasStatus {
  CUBLAS_STATUS_SUCCESS(0, "success"),
  CUBLAS_STATUS_NOT_INITIALIZED(1, "the library was not initialized"),
  CUBLAS_STATUS_ALLOC_FAILED(3, "the resource allocation failed"),
  CUBLAS_STATUS_INVALID_VALUE(7, "an unsupported value or parameter was passed to the function"),
  CUBLAS_STATUS_ARCH_MISMATCH(8, "the function needs a feature that this device does not have"),
  CUBLAS_STATUS_MAPPING_ERROR(11, "an access to the GPU's memory space failed"),
  CUBLAS_STATUS_EXECUTION_FAILED(13, "the function failed to launch on the GPU"),
  CUBLAS_STATUS_INTERNAL_ERROR(14, "an internal operation failed"),
  CUBLAS_STATUS_NOT_SUPPORTED(15, "the functionality requested is not supported"),
  CUBLAS_STATUS_LICENSE_ERROR(16, "the license check failed");

  private final int code;
  private final String text;

  CublasStatus(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** What the library returns for it. */
  public int code() {
    return code;
  }

  /** Throws what a call's status says, unless that is success. */
  public static void check(int code, String call) {
    if (code != CUBLAS_STATUS_SUCCESS.code) {
      throw failure(code, call);
    }
  }

  private static CudaException failure(int code, String call) {
    for (CublasStatus status : values()) {
      if (status.code == code) {
        return new CudaException(call, code, status.name(), status.text);
      }
    }
    return new CudaException(call, code, "CUBLAS_STATUS_UNKNOWN", "a status of no known meaning");
  }
}
