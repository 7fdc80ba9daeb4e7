package palimpsest.ops.bench.compare;

/**
 * A time in a recording, with the interval that its true median is in.
 *
 * @param name what it is found by in another recording
 */
record Measure(String name, double median, double low, double high) {
  Measure {
    if (!(low > 0 && low <= median && median <= high)) {
      throw new IllegalArgumentException(
          "%s: %s is not within %s and %s".formatted(name, median, low, high));
    }
  }
}
