package palimpsest.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import palimpsest.analysis.Findings;
import palimpsest.analysis.Window;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.InputFile;
import palimpsest.io.OneLine;
import palimpsest.io.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an analysis found, on disk: {@code RUN/analysis/NAME.json}.
 *
 * @param schema {@link #SCHEMA}
 * @param analysis its name
 * @param about what was looked at
 * @param findings the record that the analysis made, by its components' names
 */
public record AnalysisFile(
    @JsonProperty(required = true) int schema,
    @JsonProperty(required = true) String analysis,
    @JsonProperty(required = true) About about,
    @JsonProperty(required = true) JsonNode findings) {
  /** The schema this program reads and writes. */
  public static final int SCHEMA = 1;

  private static final String FOLDER = "analysis";
  private static final int LARGEST_BYTES = 64 << 20;

  /**
   * What was looked at, and with what.
   *
   * @param version of the program
   * @param window the steps taken for the loss of task 0
   * @param device the fingerprint of the device that computed it
   */
  public record About(
      String version, long seed, String method, Window window, String device, double seconds) {
    /** In a line. */
    String text() {
      return "Seed %d, %s; a = %d, b = %d.".formatted(seed, method, window.a(), window.b());
    }
  }

  /** An analysis just made. */
  public static AnalysisFile of(String analysis, About about, Findings findings) {
    return new AnalysisFile(SCHEMA, analysis, about, ReportJson.MAPPER.valueToTree(findings));
  }

  /** Writes it into a run's folder, in the place of an earlier one. */
  public void write(Path run) {
    Path file = json(run, analysis);
    AtomicFiles.createFolders(file.getParent());
    AtomicFiles.write(file, ReportJson.MAPPER.writeValueAsString(this) + "\n");
  }

  /** Where the numbers of a figure are. */
  public static Path csv(Path run, String analysis, String figure) {
    return run.resolve(FOLDER).resolve("%s-%s.csv".formatted(analysis, figure));
  }

  static Path json(Path run, String analysis) {
    return run.resolve(FOLDER).resolve(analysis + ".json");
  }

  /** The analysis of that name in a run's folder, {@code null} if it was not made. */
  static AnalysisFile read(Path run, String analysis) {
    Path file = json(run, analysis);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      AnalysisFile read =
          ReportJson.MAPPER.readValue(
              InputFile.bytes(file, LARGEST_BYTES, "analysis"), AnalysisFile.class);
      if (read.schema != SCHEMA) {
        throw new UserException(
            "%s: field schema is %d, but this version reads schema %d"
                .formatted(file, read.schema, SCHEMA));
      }
      return read;
    } catch (JacksonException e) {
      throw damaged(file, e);
    }
  }

  /** The findings as the record they were; a {@link UserException} if they are not. */
  <R> R findings(Class<R> type) {
    try {
      return ReportJson.MAPPER.treeToValue(findings, type);
    } catch (JacksonException e) {
      throw damaged(Path.of(FOLDER, analysis + ".json"), e);
    }
  }

  private static UserException damaged(Path file, JacksonException cause) {
    return new UserException(
        OneLine.of(
            "%s: cannot be read (%s); palimpsest analyze makes it anew"
                .formatted(file, StrictJson.reason(cause))),
        cause);
  }
}
