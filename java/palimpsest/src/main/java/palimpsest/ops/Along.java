package palimpsest.ops;

/** How much of a row x is taken out along a row d: {@code x −= s c d}. */
public enum Along {
  /** {@code c = x·d / ‖d‖²}: with s = 1 nothing of d is left in x. */
  PROJECTION,
  /** {@code c = x·d / (‖x‖ ‖d‖)}, the cosine: as much of d as if x were as long as d. */
  COSINE,
  /** {@code c = x·d / ‖d‖}, a projection divided by the length of d once only. */
  HALF_NORMED
}
