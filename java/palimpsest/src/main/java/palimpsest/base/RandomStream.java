package palimpsest.base;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random numbers that depend on a seed and a purpose alone, so that drawing more for one purpose
 * never moves another: {@code RandomStream.of(seed, "order", "task1")}.
 */
public final class RandomStream {
  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private RandomStream() {}

  /** The generator of one purpose, which may be said in several words (purpose, phase, task). */
  public static CountedRandom of(long seed, String... purpose) {
    long hash = mix(seed);
    for (String word : purpose) {
      for (int i = 0; i < word.length(); i++) {
        hash = mix(hash ^ word.charAt(i));
      }
      hash = mix(hash + 1); // a word's end: ("a", "b") and ("ab") differ
    }
    return new CountedRandom(FACTORY.create(hash));
  }

  /** Shuffles in place (Fisher and Yates). */
  public static void shuffle(int[] values, RandomGenerator random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  /** SplitMix64's finaliser (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
