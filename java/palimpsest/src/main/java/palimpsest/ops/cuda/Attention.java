package palimpsest.ops.cuda;

import palimpsest.base.EnvironmentException;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/**
 * Causal attention: {@code attention.cu}, and in bf16 on tensor cores {@code attention_mma.cu}. A
 * head takes the next larger size that is compiled.
 */
final class Attention {
  private static final int DECODE_BLOCK = 128;
  private static final int DECODE_WARPS = DECODE_BLOCK / Kernel.WARP;

  private final Head[] heads;

  /** In the order of {@link #heads}; null if the plain ones are wanted. */
  private final TensorCoreAttention[] tensorCores;

  private final KernelPair delta;
  private final KernelPair fillCache;

  Attention(KernelModule module, KernelChoice choice) {
    tensorCores = choice == KernelChoice.FAST ? TensorCoreAttention.all(module) : null;
    heads =
        new Head[] {
          Head.of(module, 16, 32),
          Head.of(module, 32, 64),
          Head.of(module, 64, 64),
          Head.of(module, 128, 32)
        };
    delta = KernelPair.of(module, "attention_delta");
    fillCache = KernelPair.of(module, "attention_fill_cache");
  }

  /**
   * The kernels of one head size.
   *
   * @param rows of a tile
   */
  private record Head(
      int size,
      int rows,
      KernelPair forward,
      KernelPair backwardKv,
      KernelPair backwardQ,
      KernelPair decode) {
    static Head of(KernelModule module, int size, int rows) {
      String suffix = "_d" + size;
      return new Head(
          size,
          rows,
          KernelPair.of(module, "attention_forward", suffix),
          KernelPair.of(module, "attention_backward_kv", suffix),
          KernelPair.of(module, "attention_backward_q", suffix),
          KernelPair.of(module, "attention_decode", suffix));
    }

    /** Bytes of so many tiles of rows of a head, and of so many of scores. */
    int shared(int tiles, int scores) {
      int tile = Kernel.roundUp(rows * (size + 1) * Float.BYTES, 16);
      int score = Kernel.roundUp(rows * (rows + 1) * Float.BYTES, 16);
      return tiles * tile + scores * score;
    }

    /** A block a tile of each head. */
    void launch(Kernel kernel, AttentionShape shape, int tiles, int scores) {
      kernel
          .put(shape.time())
          .put(shape.heads())
          .put(shape.headSize())
          .put(shape.rotary())
          .put(shape.scale())
          .launch(
              Kernel.blocks(shape.time(), rows),
              shape.heads(),
              shape.batch(),
              Kernel.BLOCK,
              1,
              shared(tiles, scores));
    }
  }

  private Head head(AttentionShape shape) {
    return heads[size(shape)];
  }

  /** The place of the size that is taken. */
  private int size(AttentionShape shape) {
    for (int i = 0; i < heads.length; i++) {
      if (shape.headSize() <= heads[i].size()) {
        return i;
      }
    }
    throw new EnvironmentException(
        "heads of size %d: the kernels go up to %d; --device cpu takes any"
            .formatted(shape.headSize(), heads[heads.length - 1].size()));
  }

  /** The kernels on tensor cores; null where the plain ones have to do. */
  private TensorCoreAttention tensorCores(AttentionShape shape, Tensor qkv, long addresses) {
    boolean fits =
        tensorCores != null
            && qkv.dtype() == DType.BF16
            && Wide.fits(shape.headSize(), DType.BF16, addresses);
    return fits ? tensorCores[size(shape)] : null;
  }

  /** The log-sum-exp of each row, and Σ dOut · out. */
  static AttentionMemory memory(int positions, int heads) {
    return new AttentionMemory((long) positions * heads, (long) positions * heads);
  }

  void forward(Tensor out, Tensor logSums, Tensor qkv, Tensor rotations, AttentionShape shape) {
    var fast = tensorCores(shape, qkv, qkv.address() | out.address());
    if (fast != null) {
      fast.forward(out, logSums, qkv, rotations, shape);
      return;
    }
    Head head = head(shape);
    Kernel kernel = head.forward.of(qkv).put(out).put(logSums).put(qkv).put(rotations);
    head.launch(kernel, shape, 3, 1);
  }

  void backward(
      Tensor dQkv,
      Tensor dOut,
      Tensor out,
      Tensor qkv,
      Tensor logSums,
      Tensor rotations,
      Tensor deltas,
      AttentionShape shape) {
    long addresses = dQkv.address() | dOut.address() | out.address() | qkv.address();
    var fast = tensorCores(shape, qkv, addresses);
    if (fast != null) {
      fast.backward(dQkv, dOut, out, qkv, logSums, rotations, deltas, shape);
      return;
    }
    Head head = head(shape);
    long rows = (long) shape.batch() * shape.time() * shape.heads();
    delta
        .of(qkv)
        .put(deltas)
        .put(dOut)
        .put(out)
        .put(rows)
        .put(shape.time())
        .put(shape.heads())
        .put(shape.headSize())
        .launchWarps(rows);
    head.launch(
        putBackward(head.backwardKv.of(qkv), dQkv, dOut, qkv, logSums, deltas, rotations),
        shape,
        4,
        2);
    head.launch(
        putBackward(head.backwardQ.of(qkv), dQkv, dOut, qkv, logSums, deltas, rotations),
        shape,
        4,
        1);
  }

  private static Kernel putBackward(
      Kernel kernel,
      Tensor dQkv,
      Tensor dOut,
      Tensor qkv,
      Tensor logSums,
      Tensor deltas,
      Tensor rotations) {
    return kernel.put(dQkv).put(dOut).put(qkv).put(logSums).put(deltas).put(rotations);
  }

  /** One new token a row; {@code shape.time} is the cache's capacity. */
  void decode(
      Tensor out,
      Tensor cache,
      Tensor qkv,
      Tensor positions,
      Tensor rotations,
      AttentionShape shape) {
    Head head = head(shape);
    int shared = (head.size + DECODE_WARPS * head.size + 2 * DECODE_WARPS) * Float.BYTES;
    head.decode
        .of(qkv)
        .put(out)
        .put(cache)
        .put(qkv)
        .put(positions)
        .put(rotations)
        .put(shape.time())
        .put(shape.heads())
        .put(shape.headSize())
        .put(shape.rotary())
        .put(shape.scale())
        .launch(shape.heads(), shape.batch(), 1, DECODE_BLOCK, 1, shared);
  }

  void fillCache(Tensor cache, Tensor qkv, Tensor rotations, int capacity, AttentionShape shape) {
    long elements = 2L * shape.time() * shape.width();
    fillCache
        .of(qkv)
        .put(cache)
        .put(qkv)
        .put(rotations)
        .put(capacity)
        .put(shape.time())
        .put(shape.heads())
        .put(shape.headSize())
        .put(shape.rotary())
        .launch(Kernel.blocks(elements, Kernel.BLOCK), shape.batch(), 1, Kernel.BLOCK, 1, 0);
  }
}
