package palimpsest.train;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import palimpsest.io.AtomicFiles;
import palimpsest.io.GrowingFile;
import palimpsest.io.JsonFile;
import palimpsest.io.TensorBoardWriter;
import tools.jackson.databind.node.ObjectNode;

/**
 * The run log: a line of JSON a logged step, and the same numbers for TensorBoard, where each phase
 * of each seed and method is a run of its own. Lines can be followed while they are written.
 */
public final class RunLog implements Consumer<LogLine>, AutoCloseable {
  private final Path tensorBoard;
  private final GrowingFile lines;
  private Path eventFolder;
  private TensorBoardWriter events;

  /**
   * Begins a log, in the place of one that was there.
   *
   * @param file {@code metrics.jsonl}
   * @param tensorBoard the folder to give to {@code tensorboard --logdir}
   */
  public RunLog(Path file, Path tensorBoard) {
    this.tensorBoard = tensorBoard;
    this.lines = GrowingFile.open(file, Optional.empty());
    AtomicFiles.deleteTree(tensorBoard);
  }

  @Override
  public void accept(LogLine line) {
    var text = new ByteArrayOutputStream();
    text.writeBytes(JsonFile.compact(json(line)));
    text.write('\n');
    lines.add(text.toByteArray());
    lines.flush(); // in one write, so that nobody reads half a line
    eventsOf(line).add(Instant.now(), line.step(), numbers(line));
  }

  private static ObjectNode json(LogLine line) {
    ObjectNode json = JsonFile.object();
    json.put("seed", line.seed());
    json.put("phase", line.phase());
    json.put("method", line.method());
    json.put("from", line.from());
    json.put("repeat", line.repeat());
    json.put("step", line.step());
    numbers(line)
        .forEach(
            (name, number) -> {
              if (Double.isFinite(number)) {
                json.put(name, number);
              } else {
                json.putNull(name); // JSON has no other word for it
              }
            });
    return json;
  }

  private static Map<String, Double> numbers(LogLine line) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("loss", line.loss());
    numbers.put("added", line.added());
    numbers.put("learning_rate", line.learningRate());
    numbers.put("gradient_norm", line.gradientNorm());
    numbers.put("tokens_per_second", line.tokensPerSecond());
    return numbers;
  }

  private TensorBoardWriter eventsOf(LogLine line) {
    Path folder = tensorBoard.resolve("seed" + line.seed()).resolve(runName(line));
    if (!folder.equals(eventFolder)) {
      closeEvents();
      events = new TensorBoardWriter(folder, Instant.now());
      eventFolder = folder;
    }
    return events;
  }

  /** {@code task1-freeze_2}, {@code recovery-seq-early}: plain enough for any file system. */
  private static String runName(LogLine line) {
    String repeat = line.repeat() == 0 ? null : "repeat" + line.repeat();
    return Stream.of(line.phase(), line.method(), line.from(), repeat)
        .filter(part -> part != null)
        .collect(Collectors.joining("-"))
        .replaceAll("[^A-Za-z0-9.=+-]", "_");
  }

  private void closeEvents() {
    if (events != null) {
      events.close();
      events = null;
    }
  }

  @Override
  public void close() {
    try (lines) {
      closeEvents();
    }
  }
}
