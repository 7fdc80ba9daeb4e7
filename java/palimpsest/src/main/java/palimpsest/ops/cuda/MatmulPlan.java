package palimpsest.ops.cuda;

import java.util.Optional;
import palimpsest.cuda.CublasLtAlgorithm;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaBlasLt;
import palimpsest.cuda.CudaHandle.CublasLtHandle;
import palimpsest.cuda.CudaHandle.CublasLtMatmulDesc;
import palimpsest.cuda.CudaHandle.CublasLtMatmulPreference;
import palimpsest.cuda.CudaHandle.CublasLtMatrixLayout;

/**
 * What cublasLt has to know of products of one shape, made ready once: the operation with its
 * epilogue, how the matrices lie, and how it is computed. C and D are one matrix.
 *
 * @param algorithm the first that the heuristics name. Timing several would choose another one
 *     every day, and with it other bits.
 */
record MatmulPlan(
    CublasLtMatmulDesc operation,
    CublasLtMatrixLayout a,
    CublasLtMatrixLayout b,
    CublasLtMatrixLayout c,
    CublasLtAlgorithm algorithm) {

  /**
   * A plan for a shape; empty if the library has no algorithm for it.
   *
   * @param bias address of the bias that the first product adds; 0 for none
   */
  static Optional<MatmulPlan> make(
      CudaBlasLt lt, CublasLtHandle handle, MatmulShape shape, long bias, long workspaceBytes) {
    CublasLtMatmulDesc operation = operation(lt, shape, bias);
    Product product = shape.product();
    int m = shape.m();
    int n = shape.n();
    int k = shape.k();
    int type = shape.type();
    CublasLtMatrixLayout a =
        lt.cublasLtMatrixLayoutCreate(
            type, product.rowsA(m, k), product.columnsA(m, k), shape.strideA());
    CublasLtMatrixLayout b =
        lt.cublasLtMatrixLayoutCreate(
            type, product.rowsB(n, k), product.columnsB(n, k), shape.strideB());
    CublasLtMatrixLayout c = lt.cublasLtMatrixLayoutCreate(shape.outType(), m, n, shape.strideC());
    CublasLtMatmulPreference preference = preference(lt, shape, workspaceBytes);
    Optional<CublasLtAlgorithm> algorithm =
        lt.cublasLtMatmulAlgoGetHeuristic(handle, operation, a, b, c, c, preference);
    lt.cublasLtMatmulPreferenceDestroy(preference);
    MatmulPlan plan = new MatmulPlan(operation, a, b, c, algorithm.orElse(null));
    if (algorithm.isEmpty()) {
      plan.destroy(lt);
      return Optional.empty();
    }
    return Optional.of(plan);
  }

  /** Sums are in fp32, whatever is multiplied. */
  private static CublasLtMatmulDesc operation(CudaBlasLt lt, MatmulShape shape, long bias) {
    CublasLtMatmulDesc operation =
        lt.cublasLtMatmulDescCreate(CudaBlas.CUBLAS_COMPUTE_32F, CudaBlas.CUDA_R_32F);
    lt.cublasLtMatmulDescSetAttribute(
        operation, CudaBlasLt.CUBLASLT_MATMUL_DESC_TRANSA, shape.product().transposeA);
    lt.cublasLtMatmulDescSetAttribute(
        operation, CudaBlasLt.CUBLASLT_MATMUL_DESC_TRANSB, shape.product().transposeB);
    if (shape.biased()) {
      lt.cublasLtMatmulDescSetAttribute(
          operation, CudaBlasLt.CUBLASLT_MATMUL_DESC_EPILOGUE, CudaBlasLt.CUBLASLT_EPILOGUE_BIAS);
      lt.cublasLtMatmulDescSetAttribute(
          operation, CudaBlasLt.CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
    }
    return operation;
  }

  /**
   * Where k is split the parts are summed up in fp32 and in a set order; and nothing better aligned
   * is presumed than there is.
   */
  private static CublasLtMatmulPreference preference(
      CudaBlasLt lt, MatmulShape shape, long workspaceBytes) {
    CublasLtMatmulPreference preference = lt.cublasLtMatmulPreferenceCreate();
    lt.cublasLtMatmulPreferenceSetAttribute(
        preference, CudaBlasLt.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspaceBytes);
    lt.cublasLtMatmulPreferenceSetAttribute(
        preference,
        CudaBlasLt.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
        CudaBlasLt.CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE);
    lt.cublasLtMatmulPreferenceSetAttribute(
        preference, CudaBlasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, shape.alignmentA());
    lt.cublasLtMatmulPreferenceSetAttribute(
        preference, CudaBlasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, shape.alignmentB());
    lt.cublasLtMatmulPreferenceSetAttribute(
        preference, CudaBlasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, shape.alignmentC());
    lt.cublasLtMatmulPreferenceSetAttribute(
        preference, CudaBlasLt.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, shape.alignmentC());
    return preference;
  }

  void destroy(CudaBlasLt lt) {
    lt.cublasLtMatmulDescDestroy(operation);
    lt.cublasLtMatrixLayoutDestroy(a);
    lt.cublasLtMatrixLayoutDestroy(b);
    lt.cublasLtMatrixLayoutDestroy(c);
  }
}
