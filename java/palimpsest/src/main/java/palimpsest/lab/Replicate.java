package palimpsest.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.continual.Course;
import palimpsest.continual.Method;
import palimpsest.continual.StrategyRegistry;
import palimpsest.report.Results;

/**
 * One seed: the graph of its phases, and what they found out together.
 *
 * <pre>
 * pretrain ─┬─ task0 ─────────────── task1, by each method ─┬─ recovery early
 *           ├─ task0, by a method ── task1, by that method ─┴─ recovery last
 *           ├─ task1, by a reference that is no sequence of tasks
 *           └─ recovery control
 * </pre>
 *
 * A method begins where its {@link Course} says; only what it does itself is trained for it.
 */
final class Replicate {
  /** How task 0 is learned by all methods that begin after it. */
  private static final Method SEQ = StrategyRegistry.parse(Results.REFERENCE);

  private final Config config;
  private final Session session;
  private final Workload workload;
  private final PhaseRunner runner;
  private final Phase<Outcome.Pretrained> pretraining;
  private final Phase<Outcome.Aligned> alignment;
  private final Phase<Outcome.Recovered> control;
  private final Map<Method, Phase<Outcome.Aligned>> alignments = new HashMap<>();

  Replicate(Session session, Workload workload, Lineage.Maker maker, PhaseRunner runner) {
    this.config = session.config;
    this.session = session;
    this.workload = workload;
    this.runner = runner;
    this.pretraining = pretraining(maker);
    this.alignment = alignment(SEQ, label("task0", null, null, 0));
    this.control = recovery(pretraining, PhaseFolder.LAST, label("recovery", null, "control", 0));
  }

  /** Phases of one seed. */
  static int phases(Config config, List<Method> methods) {
    int phases = 3;
    for (Method method : methods) {
      phases += method.course() == Course.ALL_TASKS ? 1 : 0;
      phases += config.repeats() * (method.course().isSequence() ? 3 : 1);
    }
    return phases;
  }

  /** What one seed is expected to take, in FLOPs. */
  static double work(Config config, List<Method> methods, Workload workload) {
    double work =
        workload.pretraining().work() + workload.alignment().work() + workload.recovery().work();
    for (Method method : methods) {
      double cost = method.stepCost(config.setting());
      work += method.course() == Course.ALL_TASKS ? workload.alignment().times(cost).work() : 0;
      double once =
          workload.continuation(config.task1().maxSteps()).times(cost).work()
              + (method.course().isSequence() ? 2 * workload.recovery().work() : 0);
      work += config.repeats() * once;
    }
    return work;
  }

  /**
   * Trains what is missing and tells what came out.
   *
   * @param methods the reference first, if it is among them
   */
  Results.Run run(List<Method> methods) {
    Outcome.Pretrained pretrained = pretraining.outcome();
    alignment.outcome();
    control.outcome();
    Map<String, Results.Method> results = new LinkedHashMap<>();
    for (Method method : methods) {
      List<Results.Method> repeats = new ArrayList<>();
      for (int repeat = 1; repeat < config.repeats(); repeat++) {
        repeats.add(method(method, limit(method, results), repeat, List.of()));
      }
      results.put(method.name(), method(method, limit(method, results), 0, repeats));
    }
    return new Results.Run(
        session.seed,
        pretrained.pretrain(),
        session.stream.tasks().stream().map(Scores::floor).toList(),
        References.fillIn(session.stream.tasks(), results));
  }

  /** Three times the steps of the reference for all others; as many as it may take, without it. */
  private int limit(Method method, Map<String, Results.Method> results) {
    Results.Method reference = results.get(Results.REFERENCE);
    if (method.name().equals(Results.REFERENCE)) {
      return config.task1().maxSteps();
    }
    int steps = reference == null ? config.task1().maxSteps() : longestTask(reference);
    return (int) Math.max(1, config.task1().longestRatio() * steps);
  }

  /** Steps of the later task that took most: every one ends with a point of the curve. */
  private static int longestTask(Results.Method reference) {
    return reference.curve().stream().mapToInt(Results.CurvePoint::step).max().orElseThrow();
  }

  private Results.Method method(
      Method method, int limit, int repeat, List<Results.Method> repeats) {
    Phase<Outcome.Continued> continuation = continuation(method, limit, repeat);
    Outcome.Continued continued = continuation.outcome();
    boolean sequence = method.course().isSequence();
    Results.Matrix matrix = matrix(method, continued);
    return new Results.Method(
        sequence ? alignment(method).outcome().scores() : pretraining.outcome().baseline(),
        continued.curve(),
        continued.matched(),
        continued.finalScores(),
        continued.stopped(),
        sequence ? recovery(continuation, method, repeat) : null,
        matrix,
        References.metrics(session.stream.tasks(), matrix, continued.curve()),
        continued.cost(),
        continued.notes(),
        continued.tradeOff(),
        repeats);
  }

  private Results.Recovery recovery(
      Phase<Outcome.Continued> continuation, Method method, int repeat) {
    int earlyStep = config.recovery().earlyStep();
    int steps = continuation.outcome().steps().getFirst();
    List<Results.RecoveryPoint> early = null;
    if (steps >= earlyStep) {
      Phase.Label label = label("recovery", method, PhaseFolder.EARLY, repeat);
      early = recovery(continuation, PhaseFolder.EARLY, label).outcome().curve();
    }
    Phase.Label label = label("recovery", method, PhaseFolder.LAST, repeat);
    List<Results.RecoveryPoint> last =
        recovery(continuation, PhaseFolder.LAST, label).outcome().curve();
    return Savings.recovery(
        early == null ? null : new Results.RecoveryCurve(earlyStep, early),
        new Results.RecoveryCurve(continuation.outcome().cost().steps(), last),
        new Results.ControlCurve(control.outcome().curve()),
        reported(alignment(method).outcome().scores()).getFirst(),
        Scores.floor(session.stream.tasks().getFirst()).exactMatch());
  }

  private Results.Matrix matrix(Method method, Outcome.Continued continued) {
    List<List<Double>> rows = new ArrayList<>();
    List<Double> task0 = reported(alignment(method).outcome().scores());
    switch (method.course()) {
      case LATER_TASKS, ALL_TASKS -> {
        rows.add(task0);
        rows.addAll(continued.rows());
      }
      case SINGLE -> {
        rows.add(References.only(0, task0));
        for (List<Double> row : continued.rows()) {
          rows.add(References.only(rows.size(), row));
        }
      }
      case JOINT -> {
        int tasks = session.stream.tasks().size();
        rows.addAll(Collections.nCopies(tasks - 1, Collections.nCopies(tasks, null)));
        rows.add(continued.rows().getLast());
      }
    }
    return new Results.Matrix(
        "exact_match", rows, reported(pretraining.outcome().baseline()), null, null);
  }

  /** Exact match of every task on the split that reported numbers are taken on. */
  private List<Double> reported(List<Results.DetailedScore> scores) {
    return session.stream.tasks().stream()
        .map(
            task ->
                scores.stream()
                    .filter(score -> score.task() == task.number())
                    .filter(score -> score.split().equals(task.reportedSplit()))
                    .findFirst()
                    .orElseThrow()
                    .exactMatch())
        .toList();
  }

  private Phase<Outcome.Pretrained> pretraining(Lineage.Maker maker) {
    Phase.Label label = label("pretrain", null, null, 0);
    PhaseKey key =
        PhaseKey.root(
            "seed " + session.seed,
            "numerics " + maker.numerics(),
            "device " + maker.device(),
            "tokenizer " + config.tokenizer(),
            config.data(),
            config.model(),
            config.optimizer(),
            config.evaluation(),
            "log every " + config.logEvery(),
            config.pretrain());
    return new Phase<>(
        label,
        key,
        Pretraining.kept(config).isEmpty() ? "" : "steps " + Pretraining.kept(config),
        Outcome.Pretrained.class,
        workload.pretraining(),
        new Pretraining(session, label),
        runner);
  }

  /** Where a method learned task 0: with all others, or by itself. */
  private Phase<Outcome.Aligned> alignment(Method method) {
    return method.course() == Course.ALL_TASKS
        ? alignments.computeIfAbsent(method, own -> alignment(own, label("task0", own, null, 0)))
        : alignment;
  }

  private Phase<Outcome.Aligned> alignment(Method method, Phase.Label label) {
    PhaseKey key =
        label.method() == null
            ? pretraining.key().then(config.task0())
            : pretraining.key().then("method " + method + prefixes(), config.task0());
    return new Phase<>(
        label,
        key,
        "",
        Outcome.Aligned.class,
        workload.alignment().times(method.stepCost(config.setting())),
        new Alignment(session, label, () -> pretraining.weights(PhaseFolder.LAST), method),
        runner);
  }

  private Phase<Outcome.Continued> continuation(Method method, int limit, int repeat) {
    Phase.Label label = label("task1", method, null, repeat);
    Phase<?> start = method.course().isSequence() ? alignment(method) : pretraining;
    PhaseKey key =
        start
            .key()
            .then(
                "method " + method + prefixes(),
                "repeat " + repeat,
                "limit " + limit,
                "early step " + config.recovery().earlyStep(),
                "trained people asked",
                config.task1());
    return new Phase<>(
        label,
        key,
        Trail.kept(config, label, method),
        Outcome.Continued.class,
        workload.continuation(limit).times(method.stepCost(config.setting())),
        new Continuation(session, label, () -> start.weights(PhaseFolder.LAST), method, limit),
        runner);
  }

  /** Frozen layers give other bits for a sequence by itself than in a batch. */
  private String prefixes() {
    return config.device().memory().prefixes().isOpen() ? ", frozen layers by sequence" : "";
  }

  private Phase<Outcome.Recovered> recovery(Phase<?> from, String weights, Phase.Label label) {
    return new Phase<>(
        label,
        from.key().then("from " + weights, config.recovery()),
        "",
        Outcome.Recovered.class,
        workload.recovery(),
        new Recovery(session, label, () -> from.weights(weights)),
        runner);
  }

  private Phase.Label label(String phase, Method method, String from, int repeat) {
    return new Phase.Label(
        session.seed, phase, method == null ? null : method.name(), from, repeat);
  }
}
