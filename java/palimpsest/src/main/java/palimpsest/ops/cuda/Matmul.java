package palimpsest.ops.cuda;

import static palimpsest.cuda.CudaBlas.CUBLAS_COMPUTE_32F;
import static palimpsest.cuda.CudaBlas.CUBLAS_GEMM_DEFAULT;
import static palimpsest.cuda.CudaBlas.CUBLAS_OP_N;
import static palimpsest.cuda.CudaBlas.CUBLAS_OP_T;

import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasHandle;
import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/**
 * Products by cuBLAS, summed in fp32. It thinks in columns: our row-major {@code [rows, columns]}
 * is its {@code [columns, rows]}, so that {@code C = A · B} of ours is its {@code Cᵀ = Bᵀ · Aᵀ}.
 */
final class Matmul implements AutoCloseable {
  private final CudaBlas blas;
  private final CublasHandle handle;
  private final CudaMemory workspace;

  /**
   * @param workspace cuBLAS's own memory, closed with this; null to let it allocate some
   */
  Matmul(CudaBlas blas, CUstream stream, CudaMemory workspace) {
    this.blas = blas;
    this.workspace = workspace;
    handle = blas.cublasCreate();
    blas.cublasSetStream(handle, stream);
    if (workspace != null) {
      blas.cublasSetWorkspace(handle, workspace.address(), workspace.bytes());
    }
    blas.cublasSetMathMode(
        handle,
        CudaBlas.CUBLAS_DEFAULT_MATH | CudaBlas.CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION);
  }

  /** cuBLAS's version, such as 130002. */
  int version() {
    return blas.cublasGetVersion(handle);
  }

  /** {@code out = in · weightᵀ + beta out}; in {@code [N, I]}, weight {@code [O, I]}. */
  void forward(Tensor out, Tensor in, Tensor weight, float beta) {
    int inputs = in.columns();
    int outputs = out.columns();
    product(
        CUBLAS_OP_T,
        CUBLAS_OP_N,
        outputs,
        out.rows(),
        inputs,
        weight,
        inputs,
        in,
        inputs,
        beta,
        out,
        outputs);
  }

  /** {@code dIn = dOut · weight}. */
  void backwardInput(Tensor dIn, Tensor dOut, Tensor weight) {
    int inputs = dIn.columns();
    int outputs = dOut.columns();
    product(
        CUBLAS_OP_N,
        CUBLAS_OP_N,
        inputs,
        dIn.rows(),
        outputs,
        weight,
        inputs,
        dOut,
        outputs,
        0,
        dIn,
        inputs);
  }

  /** {@code dWeight += dOutᵀ · in}, in fp32. */
  void backwardWeight(Tensor dWeight, Tensor dOut, Tensor in) {
    int inputs = in.columns();
    int outputs = dOut.columns();
    product(
        CUBLAS_OP_N,
        CUBLAS_OP_T,
        inputs,
        outputs,
        in.rows(),
        in,
        inputs,
        dOut,
        outputs,
        1,
        dWeight,
        inputs);
  }

  /** Column-major {@code C [m, n] = op(A) op(B) + beta C} with the inner size k. */
  private void product(
      int transposeA,
      int transposeB,
      int m,
      int n,
      int k,
      Tensor a,
      int columnA,
      Tensor b,
      int columnB,
      float beta,
      Tensor c,
      int columnC) {
    blas.cublasGemmEx(
        handle,
        transposeA,
        transposeB,
        m,
        n,
        k,
        1,
        a.address(),
        type(a),
        columnA,
        b.address(),
        type(b),
        columnB,
        beta,
        c.address(),
        type(c),
        columnC,
        CUBLAS_COMPUTE_32F,
        CUBLAS_GEMM_DEFAULT);
  }

  private static int type(Tensor tensor) {
    DType dtype = tensor.dtype();
    return switch (dtype) {
      case FP32 -> CudaBlas.CUDA_R_32F;
      case BF16 -> CudaBlas.CUDA_R_16BF;
      case INT32 -> throw new IllegalArgumentException("no products of integers");
    };
  }

  @Override
  public void close() {
    blas.cublasDestroy(handle);
    if (workspace != null) {
      workspace.close();
    }
  }
}
