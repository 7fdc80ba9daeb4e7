package palimpsest.ops.cuda;

import static palimpsest.cuda.CudaBlas.CUBLAS_COMPUTE_32F;
import static palimpsest.cuda.CudaBlas.CUBLAS_GEMM_DEFAULT;

import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasHandle;
import palimpsest.ops.Tensor;

/** Products by {@code cublasGemmEx}, summed in fp32: what cublasLt's are compared with. */
final class Gemm implements AutoCloseable {
  private final CudaBlas blas;
  private final CublasHandle handle;

  /**
   * @param workspace cuBLAS's own memory, which outlives this
   */
  Gemm(CudaBlas blas, CUstream stream, CudaMemory workspace) {
    this.blas = blas;
    handle = blas.cublasCreate();
    blas.cublasSetStream(handle, stream);
    blas.cublasSetWorkspace(handle, workspace.address(), workspace.bytes());
    blas.cublasSetMathMode(
        handle,
        CudaBlas.CUBLAS_DEFAULT_MATH | CudaBlas.CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION);
  }

  /** cuBLAS's version, such as 130002. */
  int version() {
    return blas.cublasGetVersion(handle);
  }

  /** {@code C [m, n] = op(A) [m, k] · op(B) [k, n] + beta C}. */
  void multiply(Product product, int m, int n, int k, Tensor a, Tensor b, float beta, Tensor c) {
    blas.cublasGemmEx(
        handle,
        product.transposeA,
        product.transposeB,
        m,
        n,
        k,
        1,
        a.rowsAddress(),
        Product.type(a),
        a.stride(),
        b.rowsAddress(),
        Product.type(b),
        b.stride(),
        beta,
        c.rowsAddress(),
        Product.type(c),
        c.stride(),
        CUBLAS_COMPUTE_32F,
        CUBLAS_GEMM_DEFAULT);
  }

  @Override
  public void close() {
    blas.cublasDestroy(handle);
  }
}
