package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import palimpsest.report.Results.CurvePoint;
import palimpsest.report.Results.DetailedScore;
import palimpsest.report.Results.Matched;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.RecoveryPoint;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Score;
import palimpsest.report.Results.Statistic;
import palimpsest.report.Results.Task;

class SummaryTest {
  private static final List<Task> TASKS =
      List.of(new Task(0, "old", "generalise"), new Task(1, "new", "memorise"));

  @Test
  void readsTheRightSplits() {
    Map<String, Statistic> seq = Summary.of(TASKS, List.of(run(1, method(.9, .2, .6)))).get("seq");
    assertEquals(.9, seq.get("before").mean(), "test, not train or dev");
    assertEquals(.05, seq.get("minimum").mean(), "dev, within 100 steps");
    assertEquals(80, seq.get("minimum_step").mean());
    assertEquals(.07, seq.get("task1_at_minimum").mean(), "train");
    assertEquals(.2, seq.get("task0_matched").mean());
    assertEquals(300, seq.get("steps_matched").mean());
    assertNull(seq.get("task0_matched_0.25").mean());
    assertEquals(.6, seq.get("recovered_last").mean());
    assertEquals(.6 / .9, seq.get("recovered_last_share").mean(), 1e-12);
    assertNull(seq.get("recovered_early").mean());
    assertEquals(.95, seq.get("recovered_control").mean());
  }

  @Test
  void pairsSeedsWithTheReference() {
    var runs = new ArrayList<Run>();
    double[] seq = {.10, .20, .30};
    double[] freeze = {.40, .45, .70};
    for (int i = 0; i < 3; i++) {
      runs.add(run(i, method(.9, seq[i], .6), "freeze:2", method(.9, freeze[i], .6)));
    }
    Statistic matched = Summary.of(TASKS, runs).get("freeze:2").get("task0_matched");
    assertEquals(3, matched.n());
    assertEquals(List.of(.40, .45, .70), matched.values());
    assertEquals(1.55 / 3, matched.mean(), 1e-12);
    assertEquals(.95 / 3, matched.differenceToSeq(), 1e-12);
    // Differences .30 .25 .40: s = .0763763, t(0.975; 2) = 4.302653.
    assertEquals(4.302653 * .0763763 / Math.sqrt(3), matched.differenceCi95(), 1e-6);
    // t = .3166667 / (.0763763 / √3) = 7.18132 with 2 degrees of freedom.
    assertEquals(3, matched.pairs());
    assertEquals(.0188442, matched.p(), 1e-6);
    assertEquals(matched.p(), matched.pHolm(), "one method is compared");
    assertNull(matched.pSignFlip(), "three pairs cannot reach 5 %");
  }

  @Test
  void signFlipsStandBesideTFromSixPairsOn() {
    var runs = new ArrayList<Run>();
    for (int i = 0; i < 6; i++) {
      runs.add(run(i, method(.9, .1, .6), "freeze:2", method(.9, .2 + .05 * i, .6)));
    }
    Statistic six = Summary.of(TASKS, runs).get("freeze:2").get("task0_matched");
    assertEquals(2 / 64.0, six.pSignFlip(), 1e-12);
    assertTrue(six.p() < six.pSignFlip());
    assertNull(
        Summary.of(TASKS, runs.subList(0, 5)).get("freeze:2").get("task0_matched").pSignFlip());
  }

  @Test
  void holmGoesOverTheMethodsThatAreCompared() {
    var runs = new ArrayList<Run>();
    double[][] matched = {{.10, .40, .15}, {.20, .45, .18}, {.30, .70, .40}};
    for (int i = 0; i < 3; i++) {
      var methods = new LinkedHashMap<String, Method>();
      methods.put("seq", method(.9, matched[i][0], .6));
      methods.put("freeze:2", method(.9, matched[i][1], .6));
      methods.put("replay:0.2", method(.9, matched[i][2], .6));
      methods.put("never", method(.9, null, .6));
      runs.add(new Run(i, null, null, methods));
    }
    Map<String, Map<String, Statistic>> summary = Summary.of(TASKS, runs);
    Statistic freeze = summary.get("freeze:2").get("task0_matched");
    Statistic replay = summary.get("replay:0.2").get("task0_matched");
    assertEquals(2 * freeze.p(), freeze.pHolm(), 1e-12, "the smaller of two");
    assertEquals(replay.p(), replay.pHolm(), 1e-12, "the larger");
    assertNull(summary.get("never").get("task0_matched").pHolm());
    assertNull(summary.get("seq").get("task0_matched").pHolm());
  }

  @Test
  void aSeedThatDidNotGetThereIsLeftOutAndCounted() {
    var runs =
        List.of(
            run(1, method(.9, .1, .6), "slow", method(.9, null, .6)),
            run(2, method(.9, .2, .6), "slow", method(.9, .5, .6)));
    Statistic slow = Summary.of(TASKS, runs).get("slow").get("task0_matched");
    assertEquals(1, slow.n());
    assertEquals(Arrays.asList(null, .5), slow.values());
    assertEquals(.5, slow.mean());
    assertNull(slow.ci95());
    assertEquals(.3, slow.differenceToSeq(), 1e-12);
    assertNull(slow.p());
  }

  @Test
  void repeatsNeverEnter() {
    Method plain = method(.9, .2, .6);
    Method repeated = withRepeats(plain, List.of(method(.1, .8, .1), method(.1, .9, .1)));
    assertEquals(
        Summary.of(TASKS, List.of(run(1, plain), run(2, plain))),
        Summary.of(TASKS, List.of(run(1, repeated), run(2, repeated))));
  }

  @Test
  void oneSeedHasNoInterval() {
    Summary.of(TASKS, List.of(run(1, method(.9, .2, .6))))
        .get("seq")
        .forEach(
            (key, statistic) -> {
              assertNull(statistic.ci95(), key);
              assertNull(statistic.p(), key);
              assertTrue(statistic.n() <= 1);
            });
  }

  @Test
  void everyThresholdHasItsQuantity() {
    assertEquals(Results.THRESHOLDS.size(), Quantity.atThresholds().size());
    Map<String, Statistic> seq = MadeUpResults.tiny().summary().get("seq");
    for (Quantity quantity : Quantity.values()) {
      assertNotNull(seq.get(quantity.key()), quantity.key());
    }
    double[] falling =
        Quantity.atThresholds().stream()
            .mapToDouble(quantity -> seq.get(quantity.key()).mean())
            .toArray();
    assertTrue(falling[0] > falling[4], Arrays.toString(falling));
  }

  private static Run run(long seed, Method seq) {
    return new Run(seed, null, null, Map.of("seq", seq));
  }

  private static Run run(long seed, Method seq, String name, Method other) {
    var methods = new LinkedHashMap<String, Method>();
    methods.put("seq", seq);
    methods.put(name, other);
    return new Run(seed, null, null, methods);
  }

  private static Method method(double before, Double matched, double recovered) {
    var curve =
        List.of(point(0, .97, .02), point(80, .05, .07), point(100, .06, .3), point(120, .01, .4));
    var reached = new LinkedHashMap<String, Matched>();
    reached.put("0.25", null);
    reached.put(
        "0.99",
        matched == null
            ? null
            : new Matched(
                300,
                List.of(
                    new Score(0, "dev", .77, .77, null),
                    new Score(0, "test", matched, .88, null),
                    new Score(1, "train", .99, .99, null))));
    var recovery =
        new Results.Recovery(
            null,
            new Results.RecoveryCurve(300, curve(.1, recovered)),
            new Results.ControlCurve(curve(0, .95)),
            null,
            null,
            null);
    return new Method(
        List.of(detailed("train", 1), detailed("dev", .8), detailed("test", before)),
        curve,
        reached,
        List.of(),
        "target",
        recovery,
        null,
        null,
        null,
        null);
  }

  private static Method withRepeats(Method method, List<Method> repeats) {
    return new Method(
        method.before(),
        method.curve(),
        method.matched(),
        method.finalScores(),
        method.stopped(),
        method.recovery(),
        method.matrix(),
        method.metrics(),
        method.cost(),
        repeats);
  }

  private static List<RecoveryPoint> curve(double from, double to) {
    return List.of(new RecoveryPoint(0, from, from), new RecoveryPoint(150, to, to));
  }

  private static CurvePoint point(int step, double old, double fresh) {
    return new CurvePoint(
        1,
        step,
        null,
        List.of(
            new Score(0, "test", .001, .001, null),
            new Score(0, "dev", old, old, null),
            new Score(1, "train", fresh, fresh, null)));
  }

  private static DetailedScore detailed(String split, double exact) {
    return new DetailedScore(0, split, exact, exact, null, null);
  }
}
