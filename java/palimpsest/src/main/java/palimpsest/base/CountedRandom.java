package palimpsest.base;

import java.util.random.RandomGenerator;

/**
 * Random numbers that count how many were drawn, so that a place among them can be written down and
 * found again. The numbers are those of the generator beneath: every other method of {@link
 * RandomGenerator} is made of {@link #nextLong}.
 */
public final class CountedRandom implements RandomGenerator {
  private final RandomGenerator generator;
  private long drawn;

  /**
   * @param generator that nothing has been drawn from
   */
  CountedRandom(RandomGenerator generator) {
    this.generator = generator;
  }

  @Override
  public long nextLong() {
    drawn++;
    return generator.nextLong();
  }

  /** Draws of 64 bits so far. */
  public long drawn() {
    return drawn;
  }

  /**
   * Goes on where {@link #drawn} was said of a generator of the same seed and purpose; a draw takes
   * about a nanosecond.
   *
   * @throws IllegalArgumentException if that place is behind
   */
  public void goTo(long place) {
    if (place < drawn) {
      throw new IllegalArgumentException("draw %d is behind draw %d".formatted(place, drawn));
    }
    while (drawn < place) {
      nextLong();
    }
  }
}
