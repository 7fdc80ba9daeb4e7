package palimpsest.cuda;

import java.util.Optional;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasLtHandle;
import palimpsest.cuda.CudaHandle.CublasLtMatmulDesc;
import palimpsest.cuda.CudaHandle.CublasLtMatmulPreference;
import palimpsest.cuda.CudaHandle.CublasLtMatrixLayout;

/**
 * The calls of cublasLt that this project makes, each under its name in {@code cublasLt.h} and with
 * its arguments in that order; what C returns through a pointer is the result here, and a value
 * that it takes by a pointer is an argument. A status other than {@code CUBLAS_STATUS_SUCCESS} is a
 * {@link CudaException}. Matrices are column-major, their addresses are the device's; the factors
 * are the host's and fp32. Types and operations are those of {@link CudaBlas}.
 */
public interface CudaBlasLt {
  int CUBLASLT_MATMUL_DESC_TRANSA = 3;
  int CUBLASLT_MATMUL_DESC_TRANSB = 4;
  int CUBLASLT_MATMUL_DESC_EPILOGUE = 7;
  int CUBLASLT_MATMUL_DESC_BIAS_POINTER = 8;

  int CUBLASLT_EPILOGUE_BIAS = 4;

  int CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE = 2;

  int CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES = 1;
  int CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK = 3;
  int CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES = 5;
  int CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES = 6;
  int CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES = 7;
  int CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES = 8;

  CublasLtHandle cublasLtCreate();

  void cublasLtDestroy(CublasLtHandle handle);

  /** Such as 130002 for 13.0.2. */
  long cublasLtGetVersion();

  /**
   * @param ld elements from the start of one column to the next
   */
  CublasLtMatrixLayout cublasLtMatrixLayoutCreate(int type, long rows, long cols, long ld);

  void cublasLtMatrixLayoutDestroy(CublasLtMatrixLayout layout);

  CublasLtMatmulDesc cublasLtMatmulDescCreate(int computeType, int scaleType);

  void cublasLtMatmulDescDestroy(CublasLtMatmulDesc desc);

  /** Sets an attribute of 32 bits. */
  void cublasLtMatmulDescSetAttribute(CublasLtMatmulDesc desc, int attr, int value);

  /** Sets an attribute of 64 bits, such as an address. */
  void cublasLtMatmulDescSetAttribute(CublasLtMatmulDesc desc, int attr, long value);

  CublasLtMatmulPreference cublasLtMatmulPreferenceCreate();

  void cublasLtMatmulPreferenceDestroy(CublasLtMatmulPreference pref);

  /** Sets an attribute of 32 bits. */
  void cublasLtMatmulPreferenceSetAttribute(CublasLtMatmulPreference pref, int attr, int value);

  /** Sets an attribute of 64 bits. */
  void cublasLtMatmulPreferenceSetAttribute(CublasLtMatmulPreference pref, int attr, long value);

  /**
   * The first of the algorithms that the library would take; empty if it has none for this.
   *
   * @param desc with its attributes set, the bias's address among them: how that is aligned counts
   */
  Optional<CublasLtAlgorithm> cublasLtMatmulAlgoGetHeuristic(
      CublasLtHandle handle,
      CublasLtMatmulDesc desc,
      CublasLtMatrixLayout a,
      CublasLtMatrixLayout b,
      CublasLtMatrixLayout c,
      CublasLtMatrixLayout d,
      CublasLtMatmulPreference preference);

  /**
   * D = alpha · op(A) · op(B) + beta · C, and the epilogue behind it.
   *
   * @param workspace device memory of at least {@link CublasLtAlgorithm#workspaceBytes}
   */
  void cublasLtMatmul(
      CublasLtHandle handle,
      CublasLtMatmulDesc desc,
      float alpha,
      long a,
      CublasLtMatrixLayout aLayout,
      long b,
      CublasLtMatrixLayout bLayout,
      float beta,
      long c,
      CublasLtMatrixLayout cLayout,
      long d,
      CublasLtMatrixLayout dLayout,
      CublasLtAlgorithm algo,
      long workspace,
      long workspaceBytes,
      CUstream stream);
}
