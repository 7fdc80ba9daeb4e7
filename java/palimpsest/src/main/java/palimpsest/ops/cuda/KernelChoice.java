package palimpsest.ops.cuda;

/** Which of two ways to compute the same an operation takes. */
public enum KernelChoice {
  /** Tensor cores and accesses of 16 bytes where the shape allows it, products by cublasLt. */
  FAST,
  /** The plain kernels and {@code cublasGemmEx}, which the others are compared with. */
  PLAIN;

  /** The property that names another choice than {@link #FAST}: {@code plain}. */
  static final String PROPERTY = "palimpsest.cuda.kernels";

  /** What the property says. */
  static KernelChoice ofProperty() {
    return "plain".equals(System.getProperty(PROPERTY)) ? PLAIN : FAST;
  }
}
