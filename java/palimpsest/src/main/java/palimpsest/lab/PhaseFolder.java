package palimpsest.lab;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import palimpsest.continual.StrategyState;
import palimpsest.io.AtomicFiles;
import palimpsest.train.LogLine;
import palimpsest.train.Scored;

/**
 * What a phase writes down while it runs: weights worth keeping, its lines of the run log, and
 * every answer given. It gets its final name when the phase is over; until then nobody sees it.
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

  private final Path root;
  private final Consumer<LogLine> live;
  private final BufferedWriter log;
  private final BufferedWriter predictions;

  /**
   * @param live is told each log line at once
   */
  PhaseFolder(Path root, Consumer<LogLine> live) throws IOException {
    this.root = root;
    this.live = live;
    this.log = Files.newBufferedWriter(root.resolve(LOG));
    this.predictions = Files.newBufferedWriter(root.resolve(PREDICTIONS));
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
    try {
      Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    model.save(folder);
    rest.accept(folder);
  }

  /** Keeps what a strategy carries on, beside weights that are kept already. */
  void keep(String name, StrategyState state) {
    state.save(root.resolve(name));
  }

  /** Forgets weights that were kept under a name. */
  void drop(String name) {
    AtomicFiles.deleteTree(root.resolve(name));
  }

  void log(LogLine line) {
    live.accept(line);
    write(log, line);
  }

  /**
   * One evaluation: what was predicted, in the order of the set's questions.
   *
   * @param training the later task being learned; {@code null} in phases that learn none
   * @param set such as {@code task0/dev}; its questions stand in the run's {@code predictions}
   */
  void answered(Integer training, int step, String set, List<Scored> scored) {
    write(
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

  private static void write(BufferedWriter to, Object line) {
    try {
      to.write(OutcomeJson.MAPPER.writeValueAsString(line));
      to.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (log) {
      predictions.close();
    }
  }
}
