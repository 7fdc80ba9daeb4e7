package palimpsest.ops.cuda;

import palimpsest.cuda.CudaBlas;
import palimpsest.ops.Tensor;

/**
 * The form of a product as cuBLAS has it, column-major: {@code C [m, n] = op(A) [m, k] · op(B) [k,
 * n] + β C}. Operands lie on the device; a, b and c say where and of what type.
 *
 * <p>Our row-major {@code [rows, columns]} is a column-major {@code [columns, rows]}, so that
 * {@code C = A · B} of ours is its {@code Cᵀ = Bᵀ · Aᵀ}.
 */
enum Product {
  /** {@code out [N, O] = in [N, I] · weight [O, I]ᵀ}; A is the weight, B what goes in. */
  FORWARD(CudaBlas.CUBLAS_OP_T, CudaBlas.CUBLAS_OP_N),
  /** {@code dIn [N, I] = dOut [N, O] · weight [O, I]}; A is the weight, B the gradient. */
  BACKWARD_INPUT(CudaBlas.CUBLAS_OP_N, CudaBlas.CUBLAS_OP_N),
  /** {@code dWeight [O, I] = dOut [N, O]ᵀ · in [N, I]}; A is what went in, B the gradient. */
  BACKWARD_WEIGHT(CudaBlas.CUBLAS_OP_N, CudaBlas.CUBLAS_OP_T);

  final int transposeA;
  final int transposeB;

  Product(int transposeA, int transposeB) {
    this.transposeA = transposeA;
    this.transposeB = transposeB;
  }

  /** Rows of A as it lies in memory. */
  int rowsA(int m, int k) {
    return transposeA == CudaBlas.CUBLAS_OP_N ? m : k;
  }

  int columnsA(int m, int k) {
    return transposeA == CudaBlas.CUBLAS_OP_N ? k : m;
  }

  int rowsB(int n, int k) {
    return transposeB == CudaBlas.CUBLAS_OP_N ? k : n;
  }

  int columnsB(int n, int k) {
    return transposeB == CudaBlas.CUBLAS_OP_N ? n : k;
  }

  /** cuBLAS's name of a tensor's type. */
  static int type(Tensor tensor) {
    return switch (tensor.dtype()) {
      case FP32 -> CudaBlas.CUDA_R_32F;
      case BF16 -> CudaBlas.CUDA_R_16BF;
      case INT32 -> throw new IllegalArgumentException("no products of integers");
    };
  }
}
