package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Why every metric here carries its formula: the golden matrix through the formulas that other
 * libraries go by. The expected numbers are what those libraries gave when they were run on it.
 */
class PeerConventionsTest {
  private static final double[][] R = {
    {.95, .20, .25, .10}, {.60, .90, .30, .15}, {.70, .50, .85, .20}, {.40, .65, .55, .80}
  };
  private static final double[] B = {.10, .12, .14, .16};
  private static final int T = R.length;

  private final Map<String, Double> ours =
      Metrics.of(
          AccuracyMatrix.of(
              Arrays.stream(R).map(row -> Arrays.stream(row).boxed().toList()).toList(),
              Arrays.stream(B).boxed().toList(),
              null,
              null));

  /** Forgetting with a maximum over every row, the last one too. */
  @Test
  void mammoth() {
    double forgetting = sum(0, T - 1, j -> column(j, 0, T) - R[T - 1][j]) / (T - 1);
    assertEquals(.3667, forgetting, 5e-5);
    assertEquals(ours.get("forgetting"), forgetting, 1e-12, "the last row is nobody's best here");
    assertEquals(-.3667, ours.get("backward_transfer"), 5e-5);
    assertEquals(.0933, ours.get("forward_transfer"), 5e-5);
  }

  /** A maximum over rows from before a task was learned counts a lucky guess as knowledge. */
  @Test
  void zheng() {
    double[][] lucky = Arrays.stream(R).map(double[]::clone).toArray(double[][]::new);
    lucky[0][2] = .99;
    double forgetting = 0;
    for (int j = 0; j < T - 1; j++) {
      double best = 0;
      for (double[] row : lucky) {
        best = Math.max(best, row[j]);
      }
      forgetting += (best - lucky[T - 1][j]) / (T - 1);
    }
    assertEquals(.4133, forgetting, 5e-5);
    assertEquals(.3667, ours.get("forgetting"), 5e-5, "ours begins where the task was learned");
  }

  /** First minus last, over T - 1 old tasks or, as a stream's average, over T tasks. */
  @Test
  void avalanche() {
    double lost = sum(0, T - 1, j -> R[j][j] - R[T - 1][j]);
    assertEquals(.3667, lost / (T - 1), 5e-5);
    assertEquals(.2750, lost / T, 5e-5);
  }

  /** Backward transfer after every task; forward transfer that is not compared with chance. */
  @Test
  void continuum() {
    assertEquals(-.3500, ours.get("backward_transfer_all_steps"), 5e-5);
    double early = sum(1, T, j -> R[j - 1][j]) / (T - 1);
    assertEquals(.2333, early, 5e-5);
    assertEquals(.2333 - ours.get("forward_transfer"), .14, 5e-5, "the mean baseline of 1 to 3");
  }

  /** The newest old task is left out of every sum, and still counted in what it is divided by. */
  @Test
  void libContinual() {
    double forgetting = sum(0, T - 2, j -> column(j, j, T) - R[T - 1][j]) / (T - 1);
    assertEquals(.2667, forgetting, 5e-5);
    double backward = 0;
    for (int i = 1; i < T; i++) {
      for (int j = 0; j < i - 1; j++) {
        backward += R[i][j] - R[j][j];
      }
    }
    assertEquals(-.1750, backward * 2 / (T * (T - 1)), 5e-5);
  }

  private static double column(int j, int from, int to) {
    return IntStream.range(from, to).mapToDouble(l -> R[l][j]).max().orElseThrow();
  }

  private static double sum(int from, int to, java.util.function.IntToDoubleFunction term) {
    return IntStream.range(from, to).mapToDouble(term).sum();
  }
}
