package palimpsest.ops.work;

import palimpsest.ops.DType;

/**
 * One step of AdamW.
 *
 * @param parameters that train
 * @param compute what products read the weights in
 */
public record AdamWWork(long parameters, DType compute) {
  private static final double FLOPS = 15;

  /**
   * Weight, gradient and two moments, each fp32, are read and written (the gradient as zero): 32
   * bytes a parameter; with bf16 products 2 more for the weights they read.
   */
  public Work step() {
    double bytes = 8.0 * Float.BYTES + (compute == DType.FP32 ? 0 : compute.bytes());
    return new Work(bytes * parameters, FLOPS * parameters);
  }
}
