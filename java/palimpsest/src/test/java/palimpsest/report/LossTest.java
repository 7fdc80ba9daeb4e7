package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import palimpsest.base.RandomStream;
import palimpsest.report.Results.Accuracy;
import palimpsest.report.Results.CurvePoint;
import palimpsest.report.Results.DetailedScore;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.RecoveryPoint;
import palimpsest.report.Results.Task;

class LossTest {
  private static final List<Task> TASKS =
      List.of(new Task(0, "old", "generalise"), new Task(1, "new", "memorise"));

  @Test
  void whatComesBackFasterThanTheControlWasOnlyOutOfReach() {
    // 1 − h/c = 1 − 0.3125 (y − 0.2) / y from 0.2 to 1: 0.8 − 0.25 + 0.0625 ln 5.
    Loss loss = loss(1, .2, line(25, .2, 1), line(100, 0, 1), .98, .97);
    assertEquals(.8, loss.whole(), 1e-12);
    assertEquals(.55 + .0625 * Math.log(5), loss.access(), 1e-4);
    assertEquals(0, loss.knowledge(), 1e-12);
    assertEquals(.8 - loss.access(), loss.interference(), 1e-12);
  }

  @Test
  void whatComesBackAtOnceWasWhollyOutOfReach() {
    Loss loss = loss(1, .2, line(0, 1, 1), line(100, 0, 1), .98, .97);
    assertEquals(.8, loss.access(), 1e-12);
    assertEquals(0, loss.interference(), 1e-12);
  }

  @Test
  void whatComesBackAsSlowlyAsInTheControlIsInterference() {
    Loss loss = loss(1, .2, line(100, 0, 1), line(100, 0, 1), .98, .97);
    assertEquals(0, loss.access(), 1e-12);
    assertEquals(.8, loss.interference(), 1e-12);
  }

  @Test
  void whatNeitherComesBackNorIsInTheBiographiesWasKnowledge() {
    Loss loss = loss(1, .2, line(150, .2, .68), line(50, 0, .98), .98, .60);
    assertEquals(.3, loss.knowledge(), 1e-12, "what is missing");
    assertEquals(.8, loss.access() + loss.knowledge() + loss.interference(), 1e-12);
  }

  @Test
  void whatDoesNotComeBackAlthoughTheBiographiesKnowItIsInterference() {
    Loss loss = loss(1, .2, line(150, .2, .2), line(50, 0, .98), .98, .93);
    assertEquals(.05, loss.knowledge(), 1e-12);
    assertEquals(0, loss.access(), 1e-12);
    assertEquals(.75, loss.interference(), 1e-12);
  }

  @Test
  void nothingLostHasNoParts() {
    Loss loss = loss(.9, .95, line(10, .95, .96), line(100, 0, .98), .98, .9);
    assertEquals(new Loss(0.0, 0.0, 0.0, 0.0), loss);
  }

  @Test
  void thePartsAddUpAndAreNeverNegative() {
    RandomGenerator random = RandomStream.of(6, "test");
    for (int trial = 0; trial < 300; trial++) {
      Loss loss =
          loss(
              random.nextDouble(),
              random.nextDouble(),
              line(random.nextInt(150), random.nextDouble(), random.nextDouble()),
              line(random.nextInt(150), random.nextDouble(), random.nextDouble()),
              random.nextDouble(),
              random.nextDouble());
      for (double part : new double[] {loss.access(), loss.knowledge(), loss.interference()}) {
        assertTrue(part >= -1e-12, loss.toString());
      }
      assertEquals(loss.whole(), loss.access() + loss.knowledge() + loss.interference(), 1e-12);
    }
  }

  @Test
  void withoutARecoveryTestOnlyTheWholeIsKnown() {
    Method method =
        new Method(
            List.of(test(.9)),
            List.of(),
            Map.of(),
            List.of(test(.3)),
            "target",
            null,
            null,
            null,
            null,
            null);
    Loss loss = new Measured(TASKS, method).loss();
    assertEquals(.6, loss.whole(), 1e-12);
    assertNull(loss.access());
  }

  private static Loss loss(
      double before,
      double end,
      List<RecoveryPoint> here,
      List<RecoveryPoint> control,
      double recallBefore,
      double recallAtEnd) {
    var recovery =
        new Results.Recovery(
            null,
            new Results.RecoveryCurve(300, here),
            new Results.ControlCurve(control),
            null,
            null,
            null);
    var curve = List.of(point(0, recallBefore), point(300, recallAtEnd));
    return new Measured(
            TASKS,
            new Method(
                List.of(test(before)),
                curve,
                Map.of(),
                List.of(test(end)),
                "target",
                recovery,
                null,
                null,
                null,
                null))
        .loss();
  }

  /** From step 0 to a step, and flat until the end of retraining. */
  private static List<RecoveryPoint> line(int steps, double from, double to) {
    return List.of(
        new RecoveryPoint(0, from, from),
        new RecoveryPoint(steps, to, to),
        new RecoveryPoint(150, to, to));
  }

  private static CurvePoint point(int step, double recall) {
    return new CurvePoint(1, step, new Accuracy(recall, recall), List.of());
  }

  private static DetailedScore test(double exact) {
    return new DetailedScore(0, "test", exact, exact, null, null);
  }
}
