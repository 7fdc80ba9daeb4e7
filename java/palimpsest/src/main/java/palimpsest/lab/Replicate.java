package palimpsest.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.continual.AccuracyMatrix;
import palimpsest.continual.Method;
import palimpsest.continual.Metrics;
import palimpsest.report.Results;

/**
 * One seed: the graph of its phases, and what they found out together.
 *
 * <pre>
 * pretrain ─┬─ task0 ─── task1, by each method ─┬─ recovery early
 *           └─ recovery control                 └─ recovery last
 * </pre>
 */
final class Replicate {
  private final Config config;
  private final Session session;
  private final Workload workload;
  private final PhaseRunner runner;
  private final Phase<Outcome.Pretrained> pretraining;
  private final Phase<Outcome.Aligned> alignment;
  private final Phase<Outcome.Recovered> control;

  Replicate(Session session, Workload workload, String fingerprint, PhaseRunner runner) {
    this.config = session.config;
    this.session = session;
    this.workload = workload;
    this.runner = runner;
    this.pretraining = pretraining(fingerprint);
    this.alignment = alignment();
    this.control = recovery(pretraining, PhaseFolder.LAST, label("recovery", null, "control", 0));
  }

  /** Phases of one seed. */
  static int phases(Config config) {
    return 3 + 3 * config.methods().size() * config.repeats();
  }

  /** What one seed is expected to take, in FLOPs. */
  static double work(Config config, Workload workload) {
    double continuation =
        workload.continuation(config.task1().maxSteps()).work() + 2 * workload.recovery().work();
    return workload.pretraining().work()
        + workload.alignment().work()
        + workload.recovery().work()
        + config.methods().size() * config.repeats() * continuation;
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
        results);
  }

  /** Three times the steps of the reference for all others; as many as it may take, without it. */
  private int limit(Method method, Map<String, Results.Method> results) {
    Results.Method reference = results.get(Results.REFERENCE);
    if (method.name().equals(Results.REFERENCE)) {
      return config.task1().maxSteps();
    }
    int steps = reference == null ? config.task1().maxSteps() : reference.cost().steps();
    return (int) Math.max(1, config.task1().longestRatio() * steps);
  }

  private Results.Method method(
      Method method, int limit, int repeat, List<Results.Method> repeats) {
    Phase<Outcome.Continued> continuation = continuation(method, limit, repeat);
    Outcome.Continued continued = continuation.outcome();
    Results.Recovery recovery = recovery(continuation, method, repeat);
    Results.Matrix matrix = matrix(continued);
    return new Results.Method(
        alignment.outcome().scores(),
        continued.curve(),
        continued.matched(),
        continued.finalScores(),
        continued.stopped(),
        recovery,
        matrix,
        Metrics.of(AccuracyMatrix.of(matrix.r(), matrix.baseline(), null, null)),
        continued.cost(),
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
        reported(alignment.outcome().scores()).getFirst(),
        Scores.floor(session.stream.tasks().getFirst()).exactMatch());
  }

  private Results.Matrix matrix(Outcome.Continued continued) {
    List<List<Double>> rows = new ArrayList<>();
    rows.add(reported(alignment.outcome().scores()));
    rows.addAll(continued.rows());
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

  private Phase<Outcome.Pretrained> pretraining(String fingerprint) {
    Phase.Label label = label("pretrain", null, null, 0);
    PhaseKey key =
        PhaseKey.root(
            "seed " + session.seed,
            "numerics " + Numerics.version(),
            "device " + fingerprint,
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

  private Phase<Outcome.Aligned> alignment() {
    Phase.Label label = label("task0", null, null, 0);
    return new Phase<>(
        label,
        pretraining.key().then(config.task0()),
        "",
        Outcome.Aligned.class,
        workload.alignment(),
        new Alignment(session, label, () -> pretraining.weights(PhaseFolder.LAST)),
        runner);
  }

  private Phase<Outcome.Continued> continuation(Method method, int limit, int repeat) {
    Phase.Label label = label("task1", method, null, repeat);
    PhaseKey key =
        alignment
            .key()
            .then(
                "method " + method,
                "repeat " + repeat,
                "limit " + limit,
                "early step " + config.recovery().earlyStep(),
                config.task1());
    return new Phase<>(
        label,
        key,
        Trail.kept(config, label, method),
        Outcome.Continued.class,
        workload.continuation(limit),
        new Continuation(session, label, () -> alignment.weights(PhaseFolder.LAST), method, limit),
        runner);
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
