package palimpsest.ops.bench;

/** Numbers for readers. */
public final class Units {
  private Units() {}

  /** {@code 820 ns}, {@code 13.1 µs}, {@code 4.20 ms}, {@code 1.30 s}. */
  public static String seconds(double seconds) {
    if (seconds < 1e-6) {
      return "%.0f ns".formatted(seconds * 1e9);
    }
    if (seconds < 1e-3) {
      return "%.1f µs".formatted(seconds * 1e6);
    }
    return seconds < 1 ? "%.2f ms".formatted(seconds * 1e3) : "%.2f s".formatted(seconds);
  }

  /** {@code 42 %}, {@code 0.4 %}. */
  public static String percent(double share) {
    return share < 0.1 ? "%.1f %%".formatted(100 * share) : "%.0f %%".formatted(100 * share);
  }

  /** {@code 151.0 MB}, in powers of ten. */
  public static String bytes(double bytes) {
    if (bytes < 1e6) {
      return "%.1f kB".formatted(bytes / 1e3);
    }
    return bytes < 1e9 ? "%.1f MB".formatted(bytes / 1e6) : "%.2f GB".formatted(bytes / 1e9);
  }

  /** {@code 38.7 GFLOP}. */
  public static String flops(double flops) {
    return flops < 1e9 ? "%.2f MFLOP".formatted(flops / 1e6) : "%.1f GFLOP".formatted(flops / 1e9);
  }
}
