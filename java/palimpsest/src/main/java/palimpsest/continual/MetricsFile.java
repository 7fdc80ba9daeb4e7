package palimpsest.continual;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import palimpsest.base.UserException;
import palimpsest.io.InputFile;
import palimpsest.io.OneLine;
import palimpsest.io.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The input and output of {@code palimpsest metrics}: {@code {"R": [[…]], "baseline": […]}} in,
 * with {@code single} and {@code joint} if there are any, names and values out.
 */
public final class MetricsFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(StrictJson.factory()).enable(SerializationFeature.INDENT_OUTPUT).build();

  /** A thousand tasks have a million scores. */
  private static final int LARGEST_BYTES = 32 << 20;

  private MetricsFile() {}

  /** Reads and checks a matrix; every mistake is a {@code UserException} that names the cell. */
  public static AccuracyMatrix read(Path file) {
    JsonNode tree = parse(file);
    if (!tree.isObject() || !tree.has("R")) {
      throw new UserException(
          file + ": expected {\"R\": [[…]], \"baseline\": […]} with the scores of each task");
    }
    try {
      JsonNode rows = tree.get("R");
      if (!rows.isArray()) {
        throw new IllegalArgumentException("R is not a list of rows");
      }
      var r = new ArrayList<List<Double>>();
      for (int i = 0; i < rows.size(); i++) {
        r.add(numbers("R[" + i + "]", rows.get(i)));
      }
      return AccuracyMatrix.of(
          r,
          optionalNumbers("baseline", tree),
          optionalNumbers("single", tree),
          optionalNumbers("joint", tree));
    } catch (IllegalArgumentException mistake) {
      throw new UserException(OneLine.of(file + ": " + mistake.getMessage()), mistake);
    }
  }

  /** Every metric by its name in {@code results.json}, as JSON that ends with a line feed. */
  public static String json(AccuracyMatrix matrix) {
    return MAPPER.writeValueAsString(Metrics.of(matrix)) + "\n";
  }

  private static JsonNode parse(Path file) {
    if (!Files.exists(file)) {
      throw new UserException(file + ": no such file");
    }
    try {
      return MAPPER.readTree(InputFile.bytes(file, LARGEST_BYTES, "matrix"));
    } catch (JacksonException damaged) {
      throw new UserException(
          "%s: %s: not valid JSON (a score that was not measured is null, not NaN)"
              .formatted(file, StrictJson.place(damaged)),
          damaged);
    }
  }

  private static List<Double> optionalNumbers(String name, JsonNode tree) {
    JsonNode node = tree.get(name);
    return node == null || node.isNull() ? null : numbers(name, node);
  }

  private static List<Double> numbers(String name, JsonNode node) {
    if (!node.isArray()) {
      throw new IllegalArgumentException(name + " is not a list of scores");
    }
    var numbers = new ArrayList<Double>();
    for (int j = 0; j < node.size(); j++) {
      JsonNode cell = node.get(j);
      if (!cell.isNumber() && !cell.isNull()) {
        throw new IllegalArgumentException(
            "%s[%d] is %s; a score is a share between 0 and 1, or null"
                .formatted(name, j, OneLine.quote(cell.toString())));
      }
      numbers.add(cell.isNull() ? null : cell.doubleValue());
    }
    return numbers;
  }
}
