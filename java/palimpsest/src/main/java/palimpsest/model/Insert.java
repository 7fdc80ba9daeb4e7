package palimpsest.model;

/**
 * What a model is given beside its own weights. Its tensors lie behind the model's own in the flat
 * buffers and are named {@code insert.…}; without an insert a model is what it always was.
 */
public sealed interface Insert {
  /** Nothing. */
  static Insert none() {
    return new None();
  }

  /** See {@link #none}. */
  record None() implements Insert {
    @Override
    public int positions() {
      return 0;
    }

    @Override
    public String toString() {
      return "nothing";
    }
  }

  /**
   * A product of two narrow matrices beside each matrix of every layer (LoRA, Hu et al. 2022, eq.
   * 3): {@code W = W₀ + (alpha/rank) B A}, W {@code [O, I]}, A {@code [rank, I]}, B {@code [O,
   * rank]}. The layers multiply with W; {@code train} keeps W₀ aside and writes W.
   */
  record LowRank(int rank, double alpha) implements Insert {
    @Override
    public int positions() {
      return 0;
    }

    /** What B A is multiplied by. */
    public double scale() {
      return alpha / rank;
    }

    @Override
    public String toString() {
      return "pairs of rank " + rank;
    }
  }

  /**
   * A narrow branch beside the MLP of every layer (the parallel adapter of He et al. 2022, table
   * 1): {@code x + … + U gelu(D norm2(x) + d) + u}.
   *
   * @param width of its hidden layer
   */
  record Adapter(int width) implements Insert {
    @Override
    public int positions() {
      return 0;
    }

    @Override
    public String toString() {
      return "adapters of width " + width;
    }
  }

  /**
   * Vectors that stand in front of every sequence in place of embedded tokens (Lester et al. 2021).
   * Token ids from V on mean them.
   *
   * @param length how many
   */
  record Prompt(int length) implements Insert {
    @Override
    public int positions() {
      return length;
    }

    @Override
    public String toString() {
      return "a prompt of %d vectors".formatted(length);
    }
  }

  /** Positions in front of every sequence that the insert takes. */
  int positions();
}
