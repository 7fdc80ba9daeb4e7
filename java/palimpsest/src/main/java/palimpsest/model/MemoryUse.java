package palimpsest.model;

/**
 * Memory for time, or time for memory.
 *
 * @param prefixes what may be kept of the outputs of frozen layers
 */
public record MemoryUse(Recompute recompute, PrefixCache.Budget prefixes) {
  /** Keeps what a step needs, and nothing from one step to the next. */
  public static final MemoryUse USUAL = new MemoryUse(Recompute.NONE, PrefixCache.Budget.NONE);
}
