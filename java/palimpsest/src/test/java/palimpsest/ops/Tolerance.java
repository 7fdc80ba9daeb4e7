package palimpsest.ops;

/**
 * How far an operation may be from its double-precision reference, as ‖out − reference‖ /
 * ‖reference‖: the one table, a column a dtype.
 */
public enum Tolerance {
  //             FP32
  COPY(0),
  SUM(3e-7),
  MATMUL(1e-6),
  LAYER_NORM(1e-6),
  LAYER_NORM_BACKWARD(2e-6),
  GELU(5e-7),
  ATTENTION(2e-6),
  ATTENTION_BACKWARD(3e-6),
  CROSS_ENTROPY(1e-6),
  ADAMW(1e-6),
  /** A gradient through the whole model, of one tensor. */
  MODEL_GRADIENT(1e-4),
  /** Logits and losses of the whole model. */
  MODEL(1e-5);

  private final double fp32;

  Tolerance(double fp32) {
    this.fp32 = fp32;
  }

  /** Of outputs in this dtype. */
  public double of(DType dtype) {
    return switch (dtype) {
      case FP32 -> fp32;
      case INT32 -> 0;
    };
  }
}
