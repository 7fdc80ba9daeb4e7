package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.reference.ReferenceSoftmax;
import palimpsest.ops.reference.Tolerance;

class CrossEntropyTest extends OpTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "1, 37", "3, 16", "5, 33", "65, 101", "2, 689"})
  void lossAndGradient(int rows, int vocabulary) {
    try (Workbench bench = bench(vocabulary)) {
      double[] logits = bench.normal(rows * vocabulary);
      int[] targets = bench.integersBelow(vocabulary, rows);
      Tensor x = bench.logits(logits, rows, vocabulary);
      Tensor losses = bench.poisonedFp32(rows);
      bench.ops().crossEntropyForwardBackward(x, losses, bench.integers(targets), 0.37f);
      Tolerance tolerance = Tolerance.CROSS_ENTROPY;
      bench.assertClose("losses", tolerance, ReferenceSoftmax.losses(logits, targets), losses);
      bench.assertClose(
          "dLogits", tolerance, ReferenceSoftmax.lossGradient(logits, targets, 0.37f), x);

      Tensor again = bench.poisonedFp32(rows);
      Tensor largest = bench.integers(new int[rows]);
      Tensor fresh = bench.logits(logits, rows, vocabulary);
      bench.ops().crossEntropy(again, largest, fresh, bench.integers(targets));
      assertArrayEquals(bench.read(losses), bench.read(again), "the same losses to the bit");
      assertArrayEquals(largest(logits, rows), bench.readIntegers(largest));
    }
  }

  /** Beyond what fp32 holds as an exponential, in both directions, and far from 0 in common. */
  @ParameterizedTest
  @CsvSource({"300, 0", "1e4, 0", "1, 1e6", "1, -1e6", "50, 3e4"})
  void hugeLogits(double spread, double centre) {
    int rows = 4;
    int vocabulary = 41;
    try (Workbench bench = bench(3)) {
      double[] logits =
          bench.exact(
              Arrays.stream(bench.normal(rows * vocabulary))
                  .map(x -> x * spread + centre)
                  .toArray());
      int[] targets = bench.integersBelow(vocabulary, rows);
      Tensor x = bench.changed(logits, rows, vocabulary);
      Tensor losses = bench.poisonedFp32(rows);
      bench.ops().crossEntropyForwardBackward(x, losses, bench.integers(targets), 1);
      Tolerance tolerance = Tolerance.CROSS_ENTROPY;
      bench.assertClose("losses", tolerance, ReferenceSoftmax.losses(logits, targets), losses);
      bench.assertClose("dLogits", tolerance, ReferenceSoftmax.lossGradient(logits, targets, 1), x);
    }
  }

  @Test
  void theFirstOfEqualsIsTheLargest() {
    try (Workbench bench = bench(1)) {
      int vocabulary = 40;
      double[] logits = new double[3 * vocabulary];
      logits[7] = 2;
      logits[30] = 2;
      logits[vocabulary + 35] = 1;
      logits[vocabulary + 39] = 1;
      Tensor largest = bench.integers(-1, -1, -1);
      bench
          .ops()
          .crossEntropy(
              bench.poisonedFp32(3),
              largest,
              bench.logits(logits, 3, vocabulary),
              bench.integers(0, 0, 0));
      assertArrayEquals(new int[] {7, 35, 0}, bench.readIntegers(largest));
    }
  }

  /** In a whole vector, and in the tail behind it. */
  @ParameterizedTest
  @CsvSource({"0", "5", "36"})
  void notANumberStays(int at) {
    try (Workbench bench = bench(2)) {
      double[] logits = bench.normal(2 * 37);
      logits[at] = Double.NaN;
      Tensor x = bench.logits(logits, 2, 37);
      Tensor losses = bench.poisonedFp32(2);
      bench.ops().crossEntropyForwardBackward(x, losses, bench.integers(3, 3), 1);
      assertTrue(Double.isNaN(bench.read(losses)[0]), "the loss hides a NaN");
      assertTrue(Double.isFinite(bench.read(losses)[1]), "a NaN reached another row");
      assertEquals(37, Arrays.stream(bench.read(x)).filter(Double::isNaN).count());

      Tensor again = bench.poisonedFp32(2);
      Tensor fresh = bench.logits(logits, 2, 37);
      bench.ops().crossEntropy(again, bench.integers(0, 0), fresh, bench.integers(3, 3));
      assertTrue(Double.isNaN(bench.read(again)[0]), "the loss hides a NaN");
    }
  }

  private static int[] largest(double[] logits, int rows) {
    int vocabulary = logits.length / rows;
    int[] largest = new int[rows];
    for (int i = 0; i < logits.length; i++) {
      int m = i / vocabulary;
      if (logits[i] > logits[m * vocabulary + largest[m]]) {
        largest[m] = i % vocabulary;
      }
    }
    return largest;
  }
}
