package palimpsest.data;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import palimpsest.base.RandomStream;

/** Orders to go through things in. */
final class Orders {
  private Orders() {}

  /** A random order of 0 to count - 1. */
  static int[] shuffled(int count, RandomGenerator random) {
    int[] order = IntStream.range(0, count).toArray();
    RandomStream.shuffle(order, random);
    return order;
  }
}
