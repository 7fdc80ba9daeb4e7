package palimpsest.analysis.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;

/** Forty Gaussian features, of which six carry a shift: what another program found with them. */
class MembershipTestTest {
  private static final int FEATURES = 40;
  private static final int SHIFTED = 6;
  private static final double ALPHA = 0.1;
  private static final int RUNS = 120;

  /** Runs behind each number of the other program. */
  private static final int THEIR_RUNS = 200;

  /** Shares of single splits with p below 0.1, within three standard errors of both together. */
  @ParameterizedTest
  @CsvSource({
    "0.05, 50, 0.10", "0.05, 200, 0.14", "0.05, 500, 0.24",
    "0.10, 50, 0.15", "0.10, 200, 0.38", "0.10, 500, 0.81",
    "0.20, 50, 0.33", "0.20, 200, 0.94", "0.20, 500, 1.00",
    "0, 50, 0.115", "0, 200, 0.107"
  })
  void thePowerOfOneSplit(double shift, int half, double theirs) {
    RandomGenerator random = Planted.random("power " + shift + " " + half);
    int found = 0;
    for (int run = 0; run < RUNS; run++) {
      Matrix suspects = people(2 * half, -shift, random);
      Matrix unseen = people(2 * half, 0, random);
      found += MembershipTest.split(suspects, unseen, random).p() < ALPHA ? 1 : 0;
    }
    double variance = Math.max(theirs * (1 - theirs), 0.01) * (1.0 / RUNS + 1.0 / THEIR_RUNS);
    assertEquals(theirs, found / (double) RUNS, 3 * Math.sqrt(variance));
  }

  /** The best of ten splits finds members among strangers in 43 % of cases, the rule in 1.5 %. */
  @Test
  void twiceTheMedianIsSafeWhereTheBestIsNot() {
    RandomGenerator random = Planted.random("splits");
    int best = 0;
    int rule = 0;
    for (int run = 0; run < RUNS; run++) {
      MembershipTest.Outcome outcome =
          MembershipTest.of(people(100, 0, random), people(100, 0, random), random);
      best += outcome.smallest() < ALPHA ? 1 : 0;
      rule += outcome.p() < ALPHA ? 1 : 0;
    }
    assertEquals(0.43, best / (double) RUNS, 0.16);
    assertTrue(rule <= 0.06 * RUNS, rule + " of " + RUNS + " found members among strangers");
  }

  @Test
  void aLargeShiftIsFoundByFewPeople() {
    RandomGenerator random = Planted.random("large");
    MembershipTest.Outcome all =
        MembershipTest.of(people(200, -2, random), people(200, 0, random), random);
    assertEquals(100, all.people());
    assertTrue(all.p() < 1e-20, "p " + all.p());
    assertTrue(all.auc() > 0.999, "AUC " + all.auc());
    MembershipTest.Outcome few =
        MembershipTest.of(people(200, -2, random), people(200, 0, random), 5, random);
    assertEquals(5, few.people());
    assertTrue(few.p() < 1e-3 && few.p() > all.p(), "p " + few.p());
  }

  /** The linear layer learns which way members lie: the direction of the shift does not matter. */
  @Test
  void membersMayAlsoScoreHigher() {
    RandomGenerator random = Planted.random("direction");
    MembershipTest.Outcome outcome =
        MembershipTest.of(people(200, 2, random), people(200, 0, random), random);
    assertTrue(outcome.p() < 1e-20 && outcome.auc() > 0.999);
  }

  /** Partings of one crowd of strangers: 0.05 to 0.15 of 200 below 0.1. */
  @Test
  void theNullIsCalibrated() {
    RandomGenerator random = Planted.random("null");
    NullTest test = NullTest.of(people(400, 0, random), 200, 200, random);
    assertEquals(200, test.people());
    assertEquals(200, test.ps().length);
    assertEquals(0.1, test.rejected(), 0.05);
    assertEquals(0.5, Arrays.stream(test.ps()).average().orElseThrow(), 0.08);
    assertTrue(test.doubled() <= 0.05);
  }

  @Test
  void aucAndPByHand() {
    assertEquals(8.5 / 9, MembershipTest.auc(new double[] {1, 2, 3}, new double[] {3, 4, 5}));
    assertEquals(0, MembershipTest.auc(new double[] {4, 5}, new double[] {1, 2, 3}));
    // Welch: t = −2 / √(1/3 + 1/3), 4 degrees of freedom.
    assertEquals(0.0352, MembershipTest.p(new double[] {1, 2, 3}, new double[] {3, 4, 5}), 1e-4);
    assertEquals(0.5, MembershipTest.p(new double[] {1, 1}, new double[] {1, 1}));
  }

  private static Matrix people(int count, double shift, RandomGenerator random) {
    Matrix drawn = Planted.gaussian(count, FEATURES, random);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < SHIFTED; j++) {
        drawn.values()[i * FEATURES + j] += shift;
      }
    }
    return drawn;
  }
}
