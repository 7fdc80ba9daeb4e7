package palimpsest.model;

/**
 * What a layer that trains computes again for its backward pass rather than keep: the same numbers,
 * to the bit, for less memory. It keeps 15 C elements a position otherwise, for an MLP of 4 C.
 */
public enum Recompute {
  /** Everything is kept. */
  NONE,
  /** What its MLP's GELU gives, from what that took: 11 C are kept. */
  GELU,
  /** That, and what its norms give, from the residual: 9 C are kept. */
  GELU_AND_NORMS;

  boolean gelu() {
    return this != NONE;
  }

  boolean norms() {
    return this == GELU_AND_NORMS;
  }
}
