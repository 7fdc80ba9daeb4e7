package palimpsest.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.FileProblem;
import tools.jackson.core.JacksonException;

/**
 * What has computed a run: one program on one device, or more than one, if it was resumed on
 * another. Then its results are sound, but not bit for bit those of a run that was not.
 *
 * @param makers in the order they came
 */
public record Lineage(int schema, List<Maker> makers) {
  private static final int SCHEMA = 1;

  /** A line of text for each maker. */
  private static final long LARGEST_BYTES = 1 << 20;

  /**
   * What bits depend on beside the configuration.
   *
   * @param numerics version of the code that makes them
   * @param device its fingerprint
   */
  public record Maker(String numerics, String device) {
    @Override
    public String toString() {
      return "%s, program %s".formatted(device, numerics);
    }
  }

  /**
   * Of a run that one more maker is about to go on with.
   *
   * @param file where it is written down; made if it is not there
   * @param strict whether to refuse a second maker
   */
  static Lineage of(Path file, Maker now, boolean strict, Progress progress) {
    List<Maker> makers = new ArrayList<>(Files.exists(file) ? read(file).makers() : List.of());
    if (makers.isEmpty() || !makers.getLast().equals(now)) {
      if (!makers.isEmpty()) {
        String change = "the run was computed with %s; this is %s".formatted(makers.getLast(), now);
        if (strict) {
          throw new UserException(
              "%s; leave out --strict to go on, and the run is marked as not bit-comparable"
                  .formatted(change));
        }
        progress.note(change + ": it goes on, and is marked as not bit-comparable");
      }
      makers.add(now);
      var lineage = new Lineage(SCHEMA, makers);
      AtomicFiles.write(file, OutcomeJson.MAPPER.writeValueAsBytes(lineage));
    }
    return new Lineage(SCHEMA, makers);
  }

  private static Lineage read(Path file) {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw unreadable(file);
      }
      Lineage lineage = OutcomeJson.MAPPER.readValue(Files.readAllBytes(file), Lineage.class);
      if (lineage.schema() != SCHEMA || lineage.makers() == null || lineage.makers().isEmpty()) {
        throw unreadable(file);
      }
      return lineage;
    } catch (IOException e) {
      throw FileProblem.reading(file, e);
    } catch (JacksonException _) {
      throw unreadable(file);
    }
  }

  private static UserException unreadable(Path file) {
    return new UserException(
        "%s: does not say what computed the run; without it, it is taken for that of today"
            .formatted(file));
  }

  /** Whether more than one has computed it. */
  boolean isMixed() {
    return makers.size() > 1;
  }

  /** The first one: phases are found by it. */
  Maker first() {
    return makers.getFirst();
  }

  /** As it stands in results, in place of a fingerprint. */
  String mark() {
    return "not bit-comparable: "
        + makers.stream().map(Maker::toString).collect(Collectors.joining("; then "));
  }
}
