package palimpsest.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import palimpsest.base.StopRequest;
import palimpsest.continual.TaskContext;
import palimpsest.data.AnswerKey;

/** What all phases of one seed work with. The model is made when the first of them needs it. */
final class Session implements AutoCloseable {
  final Config config;
  final long seed;
  final TaskStream stream;
  final Watch watch;
  final StopRequest stop;
  final NonFinite nonFinite;

  /** Where steps that are not finite are written down. */
  final Path nonFinites;

  final Cadence cadence;

  /** In nanoseconds. */
  final LongSupplier clock;

  private final Apparatus apparatus;
  private TrainableModel model;

  Session(
      Config config,
      long seed,
      TaskStream stream,
      Apparatus apparatus,
      Watch watch,
      StopRequest stop,
      Experiment.Options options,
      Path nonFinites) {
    this.config = config;
    this.seed = seed;
    this.stream = stream;
    this.apparatus = apparatus;
    this.watch = watch;
    this.stop = stop;
    this.nonFinite = options.nonFinite();
    this.nonFinites = nonFinites;
    this.cadence = options.cadence();
    this.clock = System::nanoTime;
  }

  /** A model whose weights are about to be loaded. */
  TrainableModel model() {
    if (model == null) {
      model = apparatus.create(stream, seed);
    }
    return model;
  }

  /** The model as the seed first draws it. */
  TrainableModel untrainedModel() {
    close();
    return model();
  }

  /** What a strategy may know about a task. */
  TaskContext context(Task task, int repeat) {
    return new TaskContext(
        seed,
        repeat,
        task.number(),
        task.train(),
        model().pupil(),
        () -> stream.pretraining()::next,
        () -> key(task));
  }

  /** To all questions of the tasks before one. */
  private AnswerKey key(Task task) {
    return new AnswerKey(
        stream.tasks().subList(0, task.number()).stream()
            .flatMap(one -> Stream.of(one.train(), one.dev(), one.test()))
            .flatMap(List::stream)
            .toList());
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
      model = null;
    }
  }
}
