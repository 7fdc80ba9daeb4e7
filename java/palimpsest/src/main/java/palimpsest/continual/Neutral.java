package palimpsest.continual;

/** How a kind of method is written so that it does what {@code seq} does, bit for bit. */
public sealed interface Neutral {
  /**
   * @param method such as {@code replay:0.2:mix=0}
   */
  record Form(String method) implements Neutral {}

  /**
   * There is no such form.
   *
   * @param why it cannot be
   */
  record None(String why) implements Neutral {}
}
