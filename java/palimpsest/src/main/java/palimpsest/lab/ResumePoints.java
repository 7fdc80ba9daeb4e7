package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import palimpsest.base.RunException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.GrowingFile;
import tools.jackson.core.JacksonException;

/**
 * The checkpoints of a phase that is underway, each a folder in the phase's: {@code resume-000003}.
 * The two newest are kept. One is believed only if all its checksums are right, and those of
 * everything beside it that it counts on; else the one before it is used.
 */
final class ResumePoints {
  private static final int KEPT = 2;
  private static final String POINT = "point.json";
  private static final long LARGEST_POINT = 64 << 20;
  private static final Pattern NAME = Pattern.compile("resume-(\\d{6,9})");

  private final Path phase;
  private final String key;
  private final TreeMap<Integer, ResumePoint> points = new TreeMap<>();

  private ResumePoints(Path phase, String key) {
    this.phase = phase;
    this.key = key;
  }

  /** A point that was found sound, and its folder. */
  record Found(Path folder, ResumePoint point) {}

  /**
   * Looks through a phase's folder, which need not be there.
   *
   * @param notes is told what cannot be used, and what is used instead
   */
  static ResumePoints in(Path phase, PhaseKey key, Consumer<String> notes) {
    var found = new ResumePoints(phase, key.hash());
    found.look(notes);
    return found;
  }

  private void look(Consumer<String> notes) {
    Map<Integer, String> damaged = new TreeMap<>();
    for (int number : numbers()) {
      Optional<String> problem = FileSums.problem(folder(number)).or(() -> read(number));
      problem.ifPresent(what -> damaged.put(number, what));
    }
    damaged.forEach(
        (number, what) ->
            notes.accept(
                "checkpoint %s: damaged (%s); %s instead"
                    .formatted(folder(number), what, instead())));
  }

  private String instead() {
    return last()
        .map(found -> "going on from step %d".formatted(found.point().step()))
        .orElse("the phase begins again");
  }

  /** Takes up a point whose own files are sound, or says what is wrong with it. */
  private Optional<String> read(int number) {
    Path file = folder(number).resolve(POINT);
    try {
      if (Files.size(file) > LARGEST_POINT) {
        return Optional.of(POINT + " is too large");
      }
      ResumePoint point = OutcomeJson.MAPPER.readValue(Files.readAllBytes(file), ResumePoint.class);
      if (point.schema() != ResumePoint.SCHEMA || !point.key().equals(key)) {
        return Optional.of("made by another program or configuration");
      }
      Optional<String> beside = besideProblem(point);
      if (beside.isEmpty()) {
        points.put(number, point);
      }
      return beside;
    } catch (IOException | JacksonException | NullPointerException e) {
      return Optional.of(POINT + " cannot be read");
    }
  }

  private Optional<String> besideProblem(ResumePoint point) {
    for (Map.Entry<String, GrowingFile.Mark> file : point.files().entrySet()) {
      if (!FileSums.isWithin(phase, file.getKey())
          || !file.getValue().holds(phase.resolve(file.getKey()))) {
        return Optional.of(file.getKey() + " does not begin as it did");
      }
    }
    for (Map.Entry<String, String> file : point.kept().entrySet()) {
      if (!file.getValue().equals(FileSums.sumWithin(phase, file.getKey()))) {
        return Optional.of(file.getKey() + " is not what was written");
      }
    }
    return Optional.empty();
  }

  /** The newest sound one. */
  Optional<Found> last() {
    return points.isEmpty()
        ? Optional.empty()
        : Optional.of(new Found(folder(points.lastKey()), points.lastEntry().getValue()));
  }

  /** Whether one of those there counts on weights of this name. */
  boolean keep(String name) {
    return points.values().stream().anyMatch(point -> point.keeps(name));
  }

  /**
   * Adds one. Only when it is on the disk and has been read again are older ones removed.
   *
   * @param content writes the model's state and the steps' place into an empty folder
   */
  void add(ResumePoint point, Consumer<Path> content) {
    List<Integer> before = numbers();
    int number = before.isEmpty() ? 1 : before.getLast() + 1;
    AtomicFiles.newFolder(
        folder(number),
        inside -> {
          content.accept(inside);
          AtomicFiles.write(inside.resolve(POINT), OutcomeJson.MAPPER.writeValueAsBytes(point));
          FileSums.write(inside);
        });
    FileSums.problem(folder(number))
        .ifPresent(
            problem -> {
              throw new RunException(
                  "checkpoint %s: just written, and %s; is the disk sound?"
                      .formatted(folder(number), problem));
            });
    points.put(number, point);
    for (int old : before) {
      if (old <= number - KEPT) {
        points.remove(old);
        AtomicFiles.deleteTree(folder(old));
      }
    }
  }

  /** Removes all that lie in a folder. */
  static void removeFrom(Path phase) {
    var all = new ResumePoints(phase, "");
    all.numbers().forEach(number -> AtomicFiles.deleteTree(all.folder(number)));
  }

  /** Whether a checkpoint's folder is of one that is sound. */
  boolean has(Path folder) {
    return points.keySet().stream().anyMatch(number -> folder(number).equals(folder));
  }

  /** Whether a name in a phase's folder is that of a checkpoint. */
  static boolean isPoint(Path folder) {
    return NAME.matcher(folder.getFileName().toString()).matches();
  }

  private Path folder(int number) {
    return phase.resolve("resume-%06d".formatted(number));
  }

  /** From the oldest to the newest. */
  private List<Integer> numbers() {
    if (!Files.isDirectory(phase)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(phase)) {
      return entries
          .map(entry -> NAME.matcher(entry.getFileName().toString()))
          .filter(Matcher::matches)
          .map(name -> Integer.valueOf(name.group(1)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
