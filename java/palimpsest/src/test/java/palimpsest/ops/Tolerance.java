package palimpsest.ops;

/**
 * How far an operation may be from its double-precision reference, as ‖out − reference‖ /
 * ‖reference‖: the one table, a column a dtype.
 */
public enum Tolerance {
  //             FP32
  COPY(0),
  SUM(3e-7),
  MATMUL(8e-7),
  LAYER_NORM(6e-7),
  LAYER_NORM_BACKWARD(8e-7),
  GELU(6e-7),
  ATTENTION(8e-7),
  ATTENTION_BACKWARD(8e-7),
  CROSS_ENTROPY(6e-7),
  ADAMW(8e-7),
  /** A gradient through the whole model, of one tensor. */
  MODEL_GRADIENT(5e-6),
  /** Logits and losses of the whole model. */
  MODEL(3e-6);

  private final double fp32;

  Tolerance(double fp32) {
    this.fp32 = fp32;
  }

  /** Of outputs in this dtype. */
  public double of(DType dtype) {
    return switch (dtype) {
      case FP32 -> fp32;
      case BF16 -> throw new IllegalArgumentException("no operation stores bf16 yet");
      case INT32 -> 0;
    };
  }
}
