package palimpsest.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;

/** {@link Results} on disk. */
final class ResultsFile {
  private ResultsFile() {}

  static Results read(Path file) {
    JsonNode tree = parse(file);
    JsonNode schema = tree.path("schema");
    if (!schema.isIntegralNumber() || schema.intValue() != Results.SCHEMA) {
      throw new UserException(
          "%s: field schema is %s, but this version reads schema %d"
              .formatted(file, schema.isMissingNode() ? "missing" : schema, Results.SCHEMA));
    }
    try {
      return ReportJson.MAPPER.treeToValue(tree, Results.class);
    } catch (DatabindException damaged) {
      throw new UserException(
          "%s: field %s: %s".formatted(file, path(damaged.getPath()), firstLine(damaged)), damaged);
    }
  }

  private static JsonNode parse(Path file) {
    try {
      JsonNode tree = ReportJson.MAPPER.readTree(Files.readAllBytes(file));
      if (!tree.isObject()) {
        throw new UserException(file + ": expected a JSON object with the results of a run");
      }
      return tree;
    } catch (NoSuchFileException missing) {
      throw new UserException(
          file + ": no such file; a run writes it when its first seed ends", missing);
    } catch (IOException unreadable) {
      throw new UserException(file + ": cannot be read: " + unreadable.getMessage(), unreadable);
    } catch (StreamReadException damaged) {
      throw new UserException(
          "%s: line %d, column %d: not valid JSON: %s"
              .formatted(
                  file,
                  damaged.getLocation().getLineNr(),
                  damaged.getLocation().getColumnNr(),
                  firstLine(damaged)),
          damaged);
    }
  }

  /** {@code runs[0].methods.seq.curve} rather than Jackson's class names. */
  private static String path(List<JacksonException.Reference> references) {
    return references.stream()
        .map(
            reference ->
                reference.getPropertyName() == null
                    ? "[" + reference.getIndex() + "]"
                    : "." + reference.getPropertyName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private static String firstLine(JacksonException problem) {
    return problem.getOriginalMessage().lines().findFirst().orElse("unreadable");
  }

  static void write(Results results, Path file) {
    AtomicFiles.write(file, ReportJson.MAPPER.writeValueAsBytes(results));
  }
}
