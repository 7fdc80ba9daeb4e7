package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import palimpsest.base.StopRequest;
import palimpsest.base.UserException;
import palimpsest.base.Version;
import palimpsest.continual.Method;
import palimpsest.continual.StrategyRegistry;
import palimpsest.report.Results;
import palimpsest.report.Summary;
import palimpsest.train.LogLine;

/**
 * The three-phase experiment: for each seed people are drawn, a model is pretrained and taught task
 * 0, and each method teaches it task 1; then it is seen how fast what was lost comes back.
 */
public final class Experiment {
  private final Config config;
  private final Options options;
  private final RunFolder folder;
  private final Apparatus apparatus;
  private final LongFunction<TaskStream> streams;
  private final Progress progress;
  private final StopRequest stop;
  private final List<Method> methods;

  /**
   * What does not change the results.
   *
   * @param cache of finished phases, shared by runs; empty to do without
   * @param keep how many phases' weights the run folder keeps, the last ones; empty for all
   * @param cadence of the checkpoints within a phase
   * @param strict whether to refuse what is not bit-comparable
   */
  public record Options(
      Optional<Path> cache,
      OptionalInt keep,
      NonFinite nonFinite,
      Cadence cadence,
      boolean strict) {
    /** With checkpoints as often as usual. */
    public Options(Optional<Path> cache, OptionalInt keep, NonFinite nonFinite) {
      this(cache, keep, nonFinite, Cadence.USUAL, false);
    }

    Options withoutCache() {
      return new Options(Optional.empty(), keep, nonFinite, cadence, strict);
    }
  }

  /**
   * Refuses methods that the configuration has no room for; nothing is trained yet.
   *
   * @param folder with the configuration in it
   * @param streams from a seed to what its model is taught
   */
  public Experiment(
      Config config,
      Options options,
      RunFolder folder,
      Apparatus apparatus,
      LongFunction<TaskStream> streams,
      Progress progress,
      StopRequest stop) {
    this.config = config;
    this.options = options;
    this.folder = folder;
    this.apparatus = apparatus;
    this.streams = streams;
    this.progress = progress;
    this.stop = stop;
    this.methods = methods(config);
  }

  /** The methods of a configuration, the reference first; refuses those that do not fit. */
  static List<Method> methods(Config config) {
    Map<String, Method> methods = new LinkedHashMap<>();
    for (String written : config.methods()) {
      Method method = StrategyRegistry.parse(written);
      method.check(config.setting());
      if (methods.putIfAbsent(method.name(), method) != null) {
        throw new UserException("method '%s' is given twice".formatted(method.name()));
      }
    }
    if (methods.isEmpty()) {
      throw new UserException("methods: name one at least, such as seq");
    }
    Method reference = methods.remove(Results.REFERENCE);
    var ordered = new ArrayList<Method>(methods.values());
    if (reference != null) {
      ordered.addFirst(reference);
    }
    return List.copyOf(ordered);
  }

  /**
   * Trains what is not there yet. After each seed {@code results.json} tells of all seeds so far.
   *
   * @param log is told every line of the run's log
   */
  public Results run(Consumer<LogLine> log) {
    TaskStream first = streams.apply(config.seeds().getFirst());
    var workload = new Workload(config, first);
    int phases = config.seeds().size() * Replicate.phases(config, methods);
    double work = config.seeds().size() * Replicate.work(config, methods, workload);
    var watch = new Watch(progress, new Forecast(work, System::nanoTime), phases);
    var store = new PhaseStore(folder.checkpoints(), options.cache(), watch::note);
    var runner = new PhaseRunner(store, folder.predictions(), log, watch);
    List<Results.Run> runs = new ArrayList<>();
    Results results = null;
    for (long seed : config.seeds()) {
      TaskStream stream = runs.isEmpty() ? first : streams.apply(seed);
      runs.add(replicate(seed, stream, workload, runner, watch));
      watch.tellFound();
      options.keep().ifPresent(runner::keepLast);
      results = results(first, runs);
      results.write(folder.results());
    }
    return results;
  }

  private Results.Run replicate(
      long seed, TaskStream stream, Workload workload, PhaseRunner runner, Watch watch) {
    QuestionList.write(
        folder.predictions().resolve("seed-%d/questions.jsonl".formatted(seed)), stream);
    try (var session =
        new Session(config, seed, stream, apparatus, watch, stop, options, folder.nonFinite())) {
      return new Replicate(session, workload, apparatus.maker(), runner).run(methods);
    }
  }

  private Results results(TaskStream stream, List<Results.Run> runs) {
    List<Results.Task> tasks = stream.tasks().stream().map(Task::described).toList();
    return new Results(
        Results.SCHEMA,
        Version.number(),
        config.preset(),
        apparatus.device(),
        apparatus.describe(stream),
        tasks,
        runs,
        Summary.of(tasks, runs));
  }
}
