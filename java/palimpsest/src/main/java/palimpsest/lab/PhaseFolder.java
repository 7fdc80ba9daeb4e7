package palimpsest.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import palimpsest.continual.StrategyState;
import palimpsest.io.AtomicFiles;
import palimpsest.io.GrowingFile;
import palimpsest.train.LogLine;
import palimpsest.train.Scored;

/**
 * What a phase writes down while it runs: weights worth keeping, its lines of the run log, every
 * answer given, and checkpoints to resume it from. It gets its final name when the phase is over;
 * until then it can be gone on with, and what was written after the last checkpoint is forgotten.
 */
final class PhaseFolder implements AutoCloseable {
  /** Weights at the end of the phase. */
  static final String LAST = "last";

  /** Weights soon after it began, for the recovery test. */
  static final String EARLY = "early";

  /** Weights after so many steps of the phase. */
  static String step(int steps) {
    return "step-" + steps;
  }

  static final String LOG = "log.jsonl";
  static final String PREDICTIONS = "predictions.jsonl";

  private static final String MODEL = "model";

  private final Path root;
  private final PhaseKey key;
  private final Consumer<LogLine> live;
  private final ResumePoints points;
  private final Optional<ResumePoints.Found> resumed;
  private final GrowingFile log;
  private final GrowingFile predictions;

  /** SHA-256 of the files of all weights kept, by path. */
  private final Map<String, String> kept = new TreeMap<>();

  /**
   * Goes on in a folder that has a checkpoint of this phase, or begins it.
   *
   * @param live is told each log line at once, and those of before the checkpoint now
   * @param notes is told what is damaged
   */
  PhaseFolder(Path root, PhaseKey key, Consumer<LogLine> live, Consumer<String> notes) {
    this.root = root;
    this.key = key;
    this.live = live;
    this.points = ResumePoints.in(root, key, notes);
    this.resumed = points.last();
    resumed.ifPresentOrElse(this::cutBack, this::begin);
    this.log = open(LOG);
    this.predictions = open(PREDICTIONS);
    if (resumed.isPresent()) {
      tell(root.resolve(LOG), live);
    }
  }

  private void begin() {
    AtomicFiles.deleteTree(root);
    AtomicFiles.createFolders(root);
  }

  /** Removes what the checkpoint does not know of. */
  private void cutBack(ResumePoints.Found found) {
    ResumePoint point = found.point();
    kept.putAll(point.kept());
    try (Stream<Path> entries = Files.list(root)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        boolean known = point.files().containsKey(name) || point.keeps(name);
        if (!known && !(ResumePoints.isPoint(entry) && points.has(entry))) {
          AtomicFiles.deleteTree(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private GrowingFile open(String name) {
    return GrowingFile.open(
        root.resolve(name), resumed.map(found -> found.point().files().get(name)));
  }

  /** Tells the lines of a phase's log. */
  static void tell(Path log, Consumer<LogLine> to) {
    try (BufferedReader lines = Files.newBufferedReader(log)) {
      lines.lines().map(line -> OutcomeJson.MAPPER.readValue(line, LogLine.class)).forEach(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the phase goes on from; empty if it begins. */
  Optional<ResumePoint> resumed() {
    return resumed.map(ResumePoints.Found::point);
  }

  /** What the phase had found out when it was left; empty if it begins. */
  <T> Optional<T> parts(Class<T> type) {
    return resumed().map(point -> point.parts(type));
  }

  /** Where its steps stood. */
  StrategyState place() {
    return StrategyState.load(resumed.orElseThrow().folder());
  }

  /** Puts a model that has begun the same training where the one of the checkpoint was. */
  void restore(TrainableModel model) {
    model.goOn(resumed.orElseThrow().folder().resolve(MODEL));
  }

  /**
   * Writes a checkpoint.
   *
   * @param training as its log lines have it
   * @param over whether no step follows
   * @param parts what the phase has found out, to be written as JSON
   */
  void checkpoint(
      String training,
      boolean over,
      TrainingLoop.Counters counters,
      Object parts,
      Steps steps,
      TrainableModel model) {
    var point =
        new ResumePoint(
            ResumePoint.SCHEMA,
            key.hash(),
            training,
            counters.steps(),
            over,
            counters,
            OutcomeJson.MAPPER.valueToTree(parts),
            Map.of(LOG, log.mark(), PREDICTIONS, predictions.mark()),
            kept);
    points.add(
        point,
        inside -> {
          Path folder = inside.resolve(MODEL);
          AtomicFiles.createFolder(folder);
          model.saveForGoingOn(folder);
          steps.place().save(inside);
        });
    removeUnknown();
  }

  /** Weights that were dropped and that no checkpoint counts on any more. */
  private void removeUnknown() {
    try (Stream<Path> entries = Files.list(root)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        String name = entry.getFileName().toString();
        if (!ResumePoints.isPoint(entry) && !keeps(name) && !points.keep(name)) {
          AtomicFiles.deleteTree(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean keeps(String name) {
    return kept.keySet().stream().anyMatch(file -> file.startsWith(name + "/"));
  }

  /** Keeps the model's weights as they are now, under a name. */
  void keep(String name, TrainableModel model) {
    keep(name, model, _ -> {});
  }

  /**
   * {@link #keep} with something beside the weights.
   *
   * @param rest writes it into the folder it is given
   */
  void keep(String name, TrainableModel model, Consumer<Path> rest) {
    Path folder = root.resolve(name);
    AtomicFiles.createFolder(folder);
    model.save(folder);
    rest.accept(folder);
    sum(name);
  }

  /** Keeps what a strategy carries on, beside weights that are kept already. */
  void keep(String name, StrategyState state) {
    state.save(root.resolve(name));
    sum(name);
  }

  private void sum(String name) {
    try {
      FileSums.of(root.resolve(name)).forEach((file, sum) -> kept.put(name + "/" + file, sum));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where weights lie that were kept under a name. */
  Path kept(String name) {
    return root.resolve(name);
  }

  /** Forgets weights that were kept under a name, as soon as no checkpoint counts on them. */
  void drop(String name) {
    kept.keySet().removeIf(file -> file.startsWith(name + "/"));
    if (!points.keep(name)) {
      AtomicFiles.deleteTree(root.resolve(name));
    }
  }

  void log(LogLine line) {
    live.accept(line);
    add(log, line);
  }

  /**
   * One evaluation: what was predicted, in the order of the set's questions.
   *
   * @param training the later task being learned; {@code null} in phases that learn none
   * @param set such as {@code task0/dev}; its questions stand in the run's {@code predictions}
   */
  void answered(Integer training, int step, String set, List<Scored> scored) {
    add(
        predictions,
        new Answers(
            training,
            step,
            set,
            scored.stream().map(Scored::predicted).toList(),
            scored.stream().map(answer -> Math.round(answer.loss() * 1e4) / 1e4).toList()));
  }

  /**
   * One line of predictions.
   *
   * @param training the later task being learned, or {@code null}
   * @param step steps of that task, else of the phase, done when it was asked
   * @param predicted token ids, the largest logit at each position of the right answer
   * @param loss of each question, in nats, to four places
   */
  record Answers(
      Integer training, int step, String set, List<int[]> predicted, List<Double> loss) {}

  private static void add(GrowingFile to, Object line) {
    to.add((OutcomeJson.MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try (log) {
      predictions.close();
    }
  }
}
