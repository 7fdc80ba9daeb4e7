package palimpsest.ops.cuda;

/** Which of two kernels that compute the same an operation takes. */
public enum KernelChoice {
  /** Tensor cores and accesses of 16 bytes where the shape allows it. */
  FAST,
  /** The plain kernels, which the others are compared with. */
  PLAIN;

  /** The property that names another choice than {@link #FAST}: {@code plain}. */
  static final String PROPERTY = "palimpsest.cuda.kernels";

  /** What the property says. */
  static KernelChoice ofProperty() {
    return "plain".equals(System.getProperty(PROPERTY)) ? PLAIN : FAST;
  }
}
