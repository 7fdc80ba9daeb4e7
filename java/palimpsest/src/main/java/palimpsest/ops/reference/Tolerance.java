package palimpsest.ops.reference;

import palimpsest.ops.DType;

/**
 * How far an operation may be from its double-precision reference, as ‖out − reference‖ /
 * ‖reference‖: the one table. Outputs in fp32 have a fixed bound. Those in bf16 may be so many
 * times as far as a plain computation that rounds what it stores to bf16 (2 times forward, 3 times
 * backward), and as far as an fp32 one in any case.
 */
public enum Tolerance {
  //    fp32, bf16
  COPY(0, 0),
  SUM(3e-7, 2),
  MATMUL(8e-7, 2),
  MATMUL_BACKWARD(8e-7, 3),
  LAYER_NORM(6e-7, 2),
  LAYER_NORM_BACKWARD(8e-7, 3),
  GELU(6e-7, 2),
  GELU_BACKWARD(6e-7, 3),
  ATTENTION(8e-7, 2),
  ATTENTION_BACKWARD(8e-7, 3),
  CROSS_ENTROPY(6e-7, 2),
  IMITATION(1e-6, 2),
  /** Of two distributions, a difference of terms that may be much larger. */
  DIVERGENCE(1e-5, 2),
  ADAMW(8e-7, 2),
  /** Of a tensor core's product, which it sums in its own order and rounds in its own way. */
  MMA(1e-5, 2),
  /** A gradient through the whole model, of one tensor. */
  MODEL_GRADIENT(5e-6, 3),
  /** Logits and losses of the whole model. */
  MODEL(3e-6, 2);

  private final double fp32;
  private final double timesRounded;

  Tolerance(double fp32, double timesRounded) {
    this.fp32 = fp32;
    this.timesRounded = timesRounded;
  }

  /** Of fp32 outputs. */
  public double ofFp32() {
    return fp32;
  }

  /**
   * Of outputs in this dtype.
   *
   * @param plain what a plain computation in the dtype comes to; the reference itself where nothing
   *     is stored on the way
   */
  public double of(DType dtype, double[] reference, double[] plain) {
    return switch (dtype) {
      case FP32 -> fp32;
      case BF16 ->
          Math.max(fp32, timesRounded * Norms.relative(reference, BFloat16.rounded(plain)));
      case INT32 -> 0;
    };
  }
}
