package palimpsest.ops.bench;

import palimpsest.ops.Device;

/**
 * How much memory a case is measured in: sets of tensors that are used in turn, and room that is
 * overwritten between two turns where the sets are too few to push each other out of the cache.
 *
 * @param bytes of a set
 * @param sets that are used in turn
 * @param flush bytes to overwrite before each turn; 0 for none
 */
record Layout(long bytes, int sets, long flush) {
  private static final int MOST_SETS = 128;

  /** For a warm cache: one set. */
  static Layout warm(BenchCase which, Device device) {
    return new Layout(bytes(which, device), 1, 0);
  }

  /** For a cold cache. */
  static Layout cold(BenchCase which, Device device) {
    return cold(bytes(which, device), device.cacheBytes());
  }

  /**
   * @param cache its size; 0 where there is none to speak of
   */
  static Layout cold(long bytes, long cache) {
    if (bytes >= 2 * cache) {
      return new Layout(bytes, 1, 0);
    }
    long enough = 2 * cache / Math.max(1, bytes) + 2;
    return enough <= MOST_SETS
        ? new Layout(bytes, (int) enough, 0)
        : new Layout(bytes, MOST_SETS, 2 * cache);
  }

  private static long bytes(BenchCase which, Device device) {
    Buffers planned = Buffers.planned(device);
    Call _ = which.make().apply(planned);
    return planned.bytes();
  }

  /** Bytes of all sets and the room. */
  long total() {
    return bytes * sets + flush;
  }
}
