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
    Loss loss = loss(1, .2, .98, .98, .98, .97, 25, 100);
    assertEquals(.8, loss.whole(), 1e-12);
    assertEquals(.6, loss.access(), 1e-12);
    assertEquals(0, loss.knowledge(), 1e-12);
    assertEquals(.2, loss.interference(), 1e-12);
  }

  @Test
  void whatNeitherComesBackNorIsInTheBiographiesWasKnowledge() {
    Loss loss = loss(1, .2, .68, .98, .98, .60, null, 100);
    assertEquals(.3, loss.knowledge(), 1e-12, "what is missing");
    assertEquals(0, loss.access(), 1e-12, "it does not come back to 90 %");
    assertEquals(.5, loss.interference(), 1e-12);
  }

  @Test
  void whatDoesNotComeBackAlthoughTheBiographiesKnowItIsInterference() {
    Loss loss = loss(1, .2, .68, .98, .98, .93, null, 100);
    assertEquals(.05, loss.knowledge(), 1e-12);
    assertEquals(.75, loss.interference(), 1e-12);
  }

  @Test
  void nothingLostHasNoParts() {
    Loss loss = loss(.9, .95, .96, .98, .98, .9, 0, 100);
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
              random.nextDouble(),
              random.nextDouble(),
              random.nextDouble(),
              random.nextDouble(),
              trial % 3 == 0 ? null : random.nextInt(150),
              trial % 5 == 0 ? null : random.nextInt(150));
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
      double recovered,
      double control,
      double recallBefore,
      double recallAtEnd,
      Integer steps,
      Integer controlSteps) {
    var recovery =
        new Results.Recovery(
            null,
            new Results.RecoveryCurve(300, List.of(new RecoveryPoint(150, recovered, recovered))),
            new Results.ControlCurve(List.of(new RecoveryPoint(150, control, control))),
            new Results.StepsTo90(null, steps, controlSteps),
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

  private static CurvePoint point(int step, double recall) {
    return new CurvePoint(1, step, new Accuracy(recall, recall), List.of());
  }

  private static DetailedScore test(double exact) {
    return new DetailedScore(0, "test", exact, exact, null, null);
  }
}
