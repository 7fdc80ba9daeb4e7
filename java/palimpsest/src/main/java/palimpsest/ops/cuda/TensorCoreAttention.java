package palimpsest.ops.cuda;

import palimpsest.ops.AttentionShape;
import palimpsest.ops.Tensor;

/**
 * Attention on tensor cores, of one head size: {@code attention_mma.cu}.
 *
 * @param size D of the tiles
 * @param queries rows of queries of a block of the forward pass
 * @param tile queries at a time of the backward pass to keys and values
 */
record TensorCoreAttention(
    int size, int queries, int tile, Kernel forward, Kernel backwardQ, Kernel backwardKv) {
  private static final int BLOCK = 128;

  /** {@code KEYS}, and the rows of queries of a block of the backward pass to them. */
  private static final int ROWS = 64;

  /** All sizes, in rising order. */
  static TensorCoreAttention[] all(KernelModule module) {
    return new TensorCoreAttention[] {
      of(module, 16, 64, 64),
      of(module, 32, 64, 64),
      of(module, 64, 128, 64),
      of(module, 128, 64, 32)
    };
  }

  private static TensorCoreAttention of(KernelModule module, int size, int queries, int tile) {
    String suffix = "_bf16_d" + size;
    return new TensorCoreAttention(
        size,
        queries,
        tile,
        module.kernel("attention_mma_forward" + suffix),
        module.kernel("attention_mma_backward_q" + suffix),
        module.kernel("attention_mma_backward_kv" + suffix));
  }

  void forward(Tensor out, Tensor logSums, Tensor qkv, Tensor rotations, AttentionShape shape) {
    int shared = Short.BYTES * size * (queries + 4 * ROWS);
    launch(forward.put(out).put(logSums).put(qkv).put(rotations), shape, queries, shared);
  }

  /** The gradient of q first, which leaves Σ dOut · out in {@code deltas}. */
  void backward(
      Tensor dQkv,
      Tensor dOut,
      Tensor out,
      Tensor qkv,
      Tensor logSums,
      Tensor rotations,
      Tensor deltas,
      AttentionShape shape) {
    backwardQ.put(dQkv).put(deltas).put(dOut).put(out).put(qkv).put(logSums).put(rotations);
    launch(backwardQ, shape, ROWS, Short.BYTES * size * 6 * ROWS);
    backwardKv.put(dQkv).put(dOut).put(qkv).put(logSums).put(deltas).put(rotations);
    int shared = Short.BYTES * size * (2 * ROWS + 4 * tile) + Float.BYTES * 4 * tile;
    launch(backwardKv, shape, ROWS, shared);
  }

  /** A block so many rows of each head. */
  private static void launch(Kernel kernel, AttentionShape shape, int rows, int shared) {
    kernel
        .put(shape.time())
        .put(shape.heads())
        .put(shape.headSize())
        .put(shape.rotary())
        .put(shape.scale())
        .launch(Kernel.blocks(shape.time(), rows), shape.heads(), shape.batch(), BLOCK, 1, shared);
  }
}
