package palimpsest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;
import palimpsest.continual.AccuracyMatrix;
import palimpsest.continual.Metrics;
import palimpsest.report.Results.Accuracy;
import palimpsest.report.Results.CurvePoint;
import palimpsest.report.Results.DetailedScore;
import palimpsest.report.Results.Floor;
import palimpsest.report.Results.Matched;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.RecoveryPoint;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Score;

/** Results that nobody measured, with the shape of real ones. */
final class MadeUpResults {
  static final List<String> ATTRIBUTES =
      List.of("birth_date", "birth_city", "university", "major", "company", "company_city");

  private static final double[] RECOVERY_STEPS = {0, 10, 20, 30, 50, 100, 150};

  private MadeUpResults() {}

  /** How one method behaves: accuracies by step of task 1. */
  private record Shape(
      double[] steps, double[] old, double[] fresh, double[] recall, int earlyStep) {}

  private static final Shape SEQ =
      new Shape(
          new double[] {0, 20, 40, 60, 80, 100, 160, 200, 300, 400, 500, 600, 700, 800, 900},
          new double[] {.98, .44, .16, .15, .14, .15, .17, .19, .20, .22, .20, .19, .17, .15, .14},
          new double[] {.02, .05, .07, .08, .08, .09, .11, .13, .21, .40, .58, .79, .94, .98, .995},
          new double[] {.98, .96, .92, .88, .85, .83, .80, .78, .74, .71, .68, .65, .63, .61, .60},
          80);

  private static final Shape FREEZE =
      new Shape(
          new double[] {0, 40, 80, 100, 160, 200, 400, 600, 800, 1000, 1200, 1300},
          new double[] {.98, .97, .94, .91, .68, .63, .56, .47, .42, .36, .34, .33},
          new double[] {.02, .04, .05, .05, .07, .10, .20, .40, .69, .93, .985, .995},
          new double[] {.98, .98, .97, .96, .95, .94, .91, .88, .86, .84, .83, .83},
          80);

  private static final Shape REPLAY =
      new Shape(
          new double[] {0, 20, 40, 80, 100, 200, 400, 600, 800, 1000, 1100},
          new double[] {.98, .72, .50, .52, .56, .55, .52, .48, .45, .43, .42},
          new double[] {.02, .05, .07, .08, .10, .16, .36, .62, .86, .97, .994},
          new double[] {.98, .96, .94, .92, .91, .87, .82, .78, .76, .74, .73},
          80);

  /** Five seeds of three methods, as {@code tiny} is expected to come out. */
  static Results tiny() {
    var methods = new LinkedHashMap<String, Shape>();
    methods.put("seq", SEQ);
    methods.put("freeze:2", FREEZE);
    methods.put("replay:0.2", REPLAY);
    return results("tiny", 5, methods);
  }

  /** More methods and seeds than fit comfortably. */
  static Results crowded() {
    var methods = new LinkedHashMap<String, Shape>();
    methods.put("seq", SEQ);
    for (int layers = 1; layers <= 6; layers++) {
      methods.put("freeze:" + layers, FREEZE);
    }
    for (String name :
        List.of("replay:0.05", "replay:0.2", "replay:1:mix=0.2", "ewc:lambda=5000")) {
      methods.put(name, REPLAY);
    }
    return results("crowded", 12, methods);
  }

  /** One seed on which nothing was learned, nothing collapsed and little was measured. */
  static Results minimal() {
    var point =
        new CurvePoint(
            1,
            0,
            null,
            List.of(new Score(0, "dev", .05, .08, null), new Score(1, "train", .03, .07, 3.1)));
    var later =
        new CurvePoint(
            1,
            20,
            null,
            List.of(new Score(0, "dev", .04, .08, null), new Score(1, "train", .05, .09, 2.9)));
    var matched = new LinkedHashMap<String, Matched>();
    Results.THRESHOLDS.forEach(threshold -> matched.put(threshold, null));
    var before = List.of(new DetailedScore(0, "test", .05, .09, null, null));
    var method =
        new Method(
            before, List.of(point, later), matched, before, "limit", null, null, null, null, null);
    var run = new Run(1, null, null, new LinkedHashMap<>(Map.of("seq", method)));
    return Results.of("0.1.0", "micro", device(), model(), tasks(), List.of(run));
  }

  private static Results results(String preset, int seeds, Map<String, Shape> methods) {
    var runs = new ArrayList<Run>();
    for (int seed = 1; seed <= seeds; seed++) {
      RandomGenerator random = RandomStream.of(seed, "made up");
      double shift = 0.07 * (random.nextDouble() - 0.5);
      var measured = new LinkedHashMap<String, Method>();
      methods.forEach((name, shape) -> measured.put(name, method(shape, shift, random)));
      var pretrain =
          new Results.Pretrain(
              2800, 2_867_200L, 54 + random.nextDouble(), 53_000.0, .82, accuracy(.98 + shift));
      runs.add(
          new Run(seed, pretrain, List.of(floor(0, .015, .062), floor(1, .017, .066)), measured));
    }
    return Results.of("0.1.0", preset, device(), model(), tasks(), runs);
  }

  private static Method method(Shape shape, double shift, RandomGenerator random) {
    double before = .981 + shift / 5;
    double pace = 1 + .1 * (random.nextDouble() - .5);
    int lastStep = 20 * (int) Math.ceil(pace * shape.steps()[shape.steps().length - 1] / 20);
    var curve = new ArrayList<CurvePoint>();
    var matched = new LinkedHashMap<String, Matched>();
    Results.THRESHOLDS.forEach(threshold -> matched.put(threshold, null));
    for (int step = 0; step <= lastStep; step += 20) {
      double old =
          step == 0 ? before : noisy(at(shape.steps(), shape.old(), step / pace) + shift, random);
      double fresh = noisy(at(shape.steps(), shape.fresh(), step / pace), random, .004);
      double recall = noisy(at(shape.steps(), shape.recall(), step / pace) + shift / 2, random);
      if (step == lastStep) {
        fresh = Math.max(fresh, .991);
      }
      curve.add(
          new CurvePoint(
              1, step, accuracy(recall), List.of(score(0, "dev", old), score(1, "train", fresh))));
      for (String threshold : Results.THRESHOLDS) {
        if (matched.get(threshold) == null && fresh >= Double.parseDouble(threshold)) {
          matched.put(
              threshold,
              new Matched(
                  step,
                  List.of(
                      score(0, "test", old + .003),
                      score(1, "train", fresh),
                      score(0, "train", old + .02))));
        }
      }
    }
    double end = shape.old()[shape.old().length - 1] + shift;
    double recovered = .98 * (.90 + shift / 2) + (shape.equals(FREEZE) ? .03 : 0);
    var early = recovery(.15 + shift, before + .004, 6);
    var last = recovery(end, recovered, 14);
    var control = recovery(.01, .978 + shift / 6, 26);
    var recovery =
        new Results.Recovery(
            new Results.RecoveryCurve(shape.earlyStep(), early),
            new Results.RecoveryCurve(lastStep, last),
            new Results.ControlCurve(control),
            new Results.StepsTo90(20, 100, 100),
            new Results.Savings(.8, 0.0),
            (last.getLast().exactMatch() - .015) / (.978 - .015));
    var r = List.of(List.of(before, .02), List.of(end, .993));
    var matrix = new Results.Matrix("exact_match", r, List.of(.0, .0), null, null);
    return new Method(
        List.of(detailed(0, "train", .999), detailed(0, "test", before), detailed(1, "train", .02)),
        curve,
        matched,
        List.of(
            detailed(0, "test", end), detailed(1, "train", .993), detailed(0, "train", end + .02)),
        "target",
        recovery,
        matrix,
        Metrics.of(AccuracyMatrix.of(r, matrix.baseline(), null, null)),
        new Results.Cost(
            lastStep / 75.0,
            lastStep,
            shape.equals(FREEZE) ? 480_000L : 970_000L,
            shape.equals(REPLAY) ? 61_440L : 0,
            0L,
            shape.equals(FREEZE) ? List.of("embed") : List.of()),
        null);
  }

  private static List<RecoveryPoint> recovery(double from, double to, double pace) {
    var curve = new ArrayList<RecoveryPoint>();
    for (double step : RECOVERY_STEPS) {
      double exact = to + (from - to) * Math.exp(-step / pace);
      curve.add(new RecoveryPoint((int) step, exact, Math.min(1, exact + .02)));
    }
    return curve;
  }

  private static Score score(int task, String split, double exact) {
    return new Score(task, split, exact, Math.min(1, exact + .03), .1 + 3 * (1 - exact));
  }

  private static DetailedScore detailed(int task, String split, double exact) {
    var attributes = new LinkedHashMap<String, Accuracy>();
    for (int a = 0; a < ATTRIBUTES.size(); a++) {
      attributes.put(
          ATTRIBUTES.get(a),
          accuracy(Math.min(1, Math.max(0, exact + .02 * (a - 2.5) * (1 - exact)))));
    }
    return new DetailedScore(
        task, split, exact, Math.min(1, exact + .03), .1 + 3 * (1 - exact), attributes);
  }

  private static Floor floor(int task, double exact, double first) {
    var attributes = new LinkedHashMap<String, Accuracy>();
    for (String attribute : ATTRIBUTES) {
      attributes.put(attribute, new Accuracy(exact, first));
    }
    return new Floor(task, exact, first, attributes);
  }

  private static Accuracy accuracy(double exact) {
    return new Accuracy(Math.min(1, exact), Math.min(1, exact + .01));
  }

  private static double at(double[] steps, double[] values, double step) {
    int i = 1;
    while (i < steps.length - 1 && steps[i] < step) {
      i++;
    }
    double share = Math.min(1, (step - steps[i - 1]) / (steps[i] - steps[i - 1]));
    return values[i - 1] + share * (values[i] - values[i - 1]);
  }

  private static double noisy(double value, RandomGenerator random) {
    return noisy(value, random, .012);
  }

  private static double noisy(double value, RandomGenerator random, double spread) {
    return Math.max(0, Math.min(1, value + spread * random.nextGaussian()));
  }

  private static Results.Device device() {
    return new Results.Device(
        "cpu",
        "Intel Xeon Platinum 8481C",
        2,
        "OpenBLAS 0.3.31 core SkylakeX; vectors 512 bit; 2 threads; JDK 25.0.3; numerics 1");
  }

  private static Results.Model model() {
    return new Results.Model(4, 128, 4, 688, 970_000);
  }

  private static List<Results.Task> tasks() {
    return List.of(
        new Results.Task(0, "questions about known people", "generalise"),
        new Results.Task(1, "questions about new people", "memorise"));
  }
}
