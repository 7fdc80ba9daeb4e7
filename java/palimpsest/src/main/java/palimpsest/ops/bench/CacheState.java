package palimpsest.ops.bench;

import java.util.Locale;

/** What an operation finds in the last cache before memory. */
enum CacheState {
  /** Nothing: it works on sets of tensors in turn, together twice the cache. */
  COLD,
  /** What fits of it: the same tensors every time. */
  WARM;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
