package palimpsest.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class CountedRandomTest {
  /** Counting must not change a single draw: weights and data of all runs depend on them. */
  @Test
  void givesTheNumbersOfTheGeneratorBeneath() {
    RandomGenerator bare = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    var counted = new CountedRandom(RandomGeneratorFactory.of("L64X128MixRandom").create(7));
    for (int round = 1; round < 300; round++) {
      assertEquals(bare.nextInt(), counted.nextInt());
      assertEquals(bare.nextInt(3 * round), counted.nextInt(3 * round));
      assertEquals(bare.nextLong(1L << 40), counted.nextLong(1L << 40));
      assertEquals(bare.nextInt(-5, round), counted.nextInt(-5, round));
      assertEquals(bare.nextDouble(), counted.nextDouble());
      assertEquals(bare.nextFloat(), counted.nextFloat());
      assertEquals(bare.nextBoolean(), counted.nextBoolean());
      assertEquals(bare.nextGaussian(), counted.nextGaussian());
      assertEquals(bare.nextExponential(), counted.nextExponential());
      assertArrayEquals(bare.ints(9, 0, 77).toArray(), counted.ints(9, 0, 77).toArray());
      assertArrayEquals(bare.doubles(3).toArray(), counted.doubles(3).toArray());
    }
  }

  @Test
  void goesOnAnywhere() {
    CountedRandom first = RandomStream.of(3, "draw");
    assertEquals(1000, first.ints(1000, 0, 12345).toArray().length);
    CountedRandom second = RandomStream.of(3, "draw");
    second.goTo(first.drawn());
    assertEquals(first.nextGaussian(), second.nextGaussian());
    assertEquals(first.drawn(), second.drawn());
    assertThrows(IllegalArgumentException.class, () -> second.goTo(5));
  }
}
