package palimpsest.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.InputFile;
import palimpsest.io.OneLine;
import palimpsest.io.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@link Results} on disk. */
final class ResultsFile {
  /** Those of a hundred seeds of every method have a tenth. */
  private static final int LARGEST_BYTES = 128 << 20;

  private ResultsFile() {}

  static Results read(Path file) {
    JsonNode tree = parse(file);
    JsonNode schema = tree.path("schema");
    if (!schema.isIntegralNumber()
        || !schema.canConvertToInt()
        || schema.intValue() != Results.SCHEMA) {
      throw new UserException(
          "%s: field schema is %s, but this version reads schema %d"
              .formatted(
                  file,
                  schema.isMissingNode() ? "missing" : OneLine.quote(schema.toString()),
                  Results.SCHEMA));
    }
    refuseUnprintable(file, tree);
    try {
      return ReportJson.MAPPER.treeToValue(tree, Results.class);
    } catch (JacksonException damaged) {
      throw new UserException(
          OneLine.of(
              "%s: field %s: %s"
                  .formatted(file, path(damaged.getPath()), StrictJson.reason(damaged))),
          damaged);
    }
  }

  private static JsonNode parse(Path file) {
    if (!Files.exists(file)) {
      throw new UserException(file + ": no such file; a run writes it when its first seed ends");
    }
    try {
      JsonNode tree = ReportJson.MAPPER.readTree(InputFile.bytes(file, LARGEST_BYTES, "results"));
      if (!tree.isObject()) {
        throw new UserException(file + ": expected a JSON object with the results of a run");
      }
      return tree;
    } catch (JacksonException damaged) {
      throw new UserException(
          OneLine.of(
              "%s: %s: not valid JSON: %s"
                  .formatted(file, StrictJson.place(damaged), StrictJson.reason(damaged))),
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

  /** Names and texts are shown in terminals, which take control characters for commands. */
  private static void refuseUnprintable(Path file, JsonNode node) {
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      refuseUnprintable(file, property.getKey());
    }
    for (JsonNode value : node) {
      if (value.isString()) {
        refuseUnprintable(file, value.stringValue());
      } else {
        refuseUnprintable(file, value);
      }
    }
  }

  private static void refuseUnprintable(Path file, String text) {
    if (!OneLine.of(text).equals(text)) {
      throw new UserException(
          OneLine.of("%s: control characters in \"%s\"".formatted(file, OneLine.quote(text))));
    }
  }

  static void write(Results results, Path file) {
    AtomicFiles.write(file, ReportJson.MAPPER.writeValueAsBytes(results));
  }
}
