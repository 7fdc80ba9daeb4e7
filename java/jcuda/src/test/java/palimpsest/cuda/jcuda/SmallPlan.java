package palimpsest.cuda.jcuda;

import palimpsest.cuda.CublasLtAlgorithm;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaBlasLt;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasLtHandle;
import palimpsest.cuda.CudaHandle.CublasLtMatmulDesc;
import palimpsest.cuda.CudaHandle.CublasLtMatmulPreference;
import palimpsest.cuda.CudaHandle.CublasLtMatrixLayout;

/** D [2, 2] = A [2, 3] · B [3, 2] + D / 2 + bias in fp32, column-major, through cublasLt. */
final class SmallPlan implements AutoCloseable {
  private static final int WORKSPACE = 1 << 16;

  private final CudaBlasLt lt;
  private final CudaDriver driver;
  private final CUstream stream;
  private final CublasLtHandle handle;
  private final CublasLtMatrixLayout a;
  private final CublasLtMatrixLayout b;
  private final CublasLtMatrixLayout d;
  private final CublasLtMatmulPreference preference;
  private final CublasLtMatmulDesc operation;
  private final long workspace;
  private CublasLtAlgorithm algorithm;

  SmallPlan(CudaBlasLt lt, CudaDriver driver, CUstream stream) {
    this.lt = lt;
    this.driver = driver;
    this.stream = stream;
    workspace = driver.cuMemAlloc(WORKSPACE);
    handle = lt.cublasLtCreate();
    a = lt.cublasLtMatrixLayoutCreate(CudaBlas.CUDA_R_32F, 2, 3, 2);
    b = lt.cublasLtMatrixLayoutCreate(CudaBlas.CUDA_R_32F, 3, 2, 3);
    d = lt.cublasLtMatrixLayoutCreate(CudaBlas.CUDA_R_32F, 2, 2, 2);
    preference = lt.cublasLtMatmulPreferenceCreate();
    lt.cublasLtMatmulPreferenceSetAttribute(
        preference, CudaBlasLt.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, (long) WORKSPACE);
    lt.cublasLtMatmulPreferenceSetAttribute(
        preference,
        CudaBlasLt.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
        CudaBlasLt.CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE);
    operation = lt.cublasLtMatmulDescCreate(CudaBlas.CUBLAS_COMPUTE_32F, CudaBlas.CUDA_R_32F);
    lt.cublasLtMatmulDescSetAttribute(
        operation, CudaBlasLt.CUBLASLT_MATMUL_DESC_EPILOGUE, CudaBlasLt.CUBLASLT_EPILOGUE_BIAS);
  }

  void bias(long address) {
    lt.cublasLtMatmulDescSetAttribute(
        operation, CudaBlasLt.CUBLASLT_MATMUL_DESC_BIAS_POINTER, address);
  }

  /** Whether there is an algorithm for this. */
  boolean choose() {
    var found = lt.cublasLtMatmulAlgoGetHeuristic(handle, operation, a, b, d, d, preference);
    algorithm = found.orElse(null);
    return found.isPresent();
  }

  /** Whether there would be one in another arithmetic. */
  boolean choose(int computeType) {
    CublasLtMatmulDesc other = lt.cublasLtMatmulDescCreate(computeType, CudaBlas.CUDA_R_32F);
    var found = lt.cublasLtMatmulAlgoGetHeuristic(handle, other, a, b, d, d, preference);
    lt.cublasLtMatmulDescDestroy(other);
    return found.isPresent();
  }

  void multiply(long left, long right, long result) {
    lt.cublasLtMatmul(
        handle, operation, 1, left, a, right, b, 0.5f, result, d, result, d, algorithm, workspace,
        WORKSPACE, stream);
  }

  @Override
  public void close() {
    lt.cublasLtMatmulDescDestroy(operation);
    lt.cublasLtMatmulPreferenceDestroy(preference);
    lt.cublasLtMatrixLayoutDestroy(a);
    lt.cublasLtMatrixLayoutDestroy(b);
    lt.cublasLtMatrixLayoutDestroy(d);
    lt.cublasLtDestroy(handle);
    driver.cuMemFree(workspace);
  }
}
