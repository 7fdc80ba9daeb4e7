package palimpsest.ops.cuda;

import palimpsest.ops.Tensor;

/**
 * The products of the linear layers, row-major, summed in fp32: by cublasLt with the bias in its
 * epilogue, or by cuBLAS with the bias in a pass of its own that comes first.
 */
final class Matmul {
  private final Gemm gemm;

  /** Null to do without. */
  private final MatmulPlans plans;

  private final Residual residual;

  /**
   * @param plans null for products of cuBLAS alone
   * @param residual adds the biases of those
   */
  Matmul(Gemm gemm, MatmulPlans plans, Residual residual) {
    this.gemm = gemm;
    this.plans = plans;
    this.residual = residual;
  }

  /**
   * {@code out = in · weightᵀ + bias + beta out}; in {@code [N, I]}, weight {@code [O, I]}.
   *
   * @param bias {@code [O]}; null for none
   */
  void forward(Tensor out, Tensor in, Tensor weight, Tensor bias, float beta) {
    int m = out.columns();
    multiply(Product.FORWARD, m, out.rows(), in.columns(), weight, in, beta, out, bias);
  }

  /** {@code dIn = dOut · weight}. */
  void backwardInput(Tensor dIn, Tensor dOut, Tensor weight) {
    int m = dIn.columns();
    multiply(Product.BACKWARD_INPUT, m, dIn.rows(), dOut.columns(), weight, dOut, 0, dIn, null);
  }

  /** {@code dWeight += dOutᵀ · in}, in fp32. */
  void backwardWeight(Tensor dWeight, Tensor dOut, Tensor in) {
    int m = in.columns();
    multiply(Product.BACKWARD_WEIGHT, m, dOut.columns(), in.rows(), in, dOut, 1, dWeight, null);
  }

  private void multiply(
      Product product, int m, int n, int k, Tensor a, Tensor b, float beta, Tensor c, Tensor bias) {
    boolean done =
        plans != null && n > 0 && k > 0 && plans.multiply(product, m, n, k, a, b, beta, c, bias);
    if (!done) {
      float add = bias == null ? beta : 1;
      start(c, bias, beta);
      gemm.multiply(product, m, n, k, a, b, add, c);
    }
  }

  /** Puts a bias where the product is added to it: it is not rounded on its own then. */
  private void start(Tensor c, Tensor bias, float beta) {
    if (bias != null && beta == 0) {
      residual.fillBias(c, bias);
    } else if (bias != null) {
      residual.bias(c, bias);
    }
  }
}
