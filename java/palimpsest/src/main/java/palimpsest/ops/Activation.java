package palimpsest.ops;

/** The forms of GELU (Hendrycks and Gimpel 2016); they are less than 5e-4 apart. */
public enum Activation {
  /** {@code x Φ(x)}, by the error function. */
  GELU,
  /** {@code x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))}. */
  GELU_TANH
}
