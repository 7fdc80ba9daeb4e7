package palimpsest.ops.cuda;

import palimpsest.ops.Tensor;

/** Token embeddings: {@code embedding.cu} and {@code embedding_wide.cu}. */
final class Embedding {
  /** About so many blocks share the table in the backward pass. */
  private static final int BACKWARD_BLOCKS = 1024;

  private static final int WARPS = Kernel.BLOCK / Kernel.WARP;
  private static final int BACKWARD_SHARED = (Kernel.BLOCK + WARPS) * Integer.BYTES;

  private final boolean fast;
  private final KernelPair forward;
  private final KernelPair wideForward;
  private final KernelPair backward;

  Embedding(KernelModule module, KernelChoice choice) {
    fast = choice == KernelChoice.FAST;
    wideForward = KernelPair.of(module, "embedding_wide_forward");
    forward = KernelPair.of(module, "embedding_forward");
    backward = KernelPair.of(module, "embedding_backward");
  }

  void forward(Tensor out, Tensor table, Tensor tokens) {
    long rows = tokens.size();
    int width = out.columns();
    boolean wide = fast && Wide.fits(width, out.dtype(), out.address() | table.address());
    (wide ? wideForward : forward)
        .of(out)
        .put(out)
        .put(table)
        .put(tokens)
        .put(rows)
        .put(width)
        .launchRows(rows, wide ? width / Wide.chunk(out.dtype()) : width);
  }

  void backward(Tensor dTable, Tensor tokens, Tensor dOut) {
    int vocabulary = dTable.rows();
    int group = Kernel.blocks(vocabulary, BACKWARD_BLOCKS);
    backward
        .of(dOut)
        .put(dTable)
        .put(tokens)
        .put(dOut)
        .put(tokens.size())
        .put(dOut.columns())
        .put(vocabulary)
        .put(group)
        .launch(Kernel.blocks(vocabulary, group), 1, 1, Kernel.BLOCK, 1, BACKWARD_SHARED);
  }
}
