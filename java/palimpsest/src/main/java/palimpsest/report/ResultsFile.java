package palimpsest.report;

import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** {@link Results} on disk. */
final class ResultsFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(new SimpleModule().addSerializer(new FiniteOrNull()))
          .build();

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
      return MAPPER.treeToValue(tree, Results.class);
    } catch (DatabindException damaged) {
      throw new UserException(
          "%s: field %s: %s".formatted(file, path(damaged.getPath()), firstLine(damaged)), damaged);
    }
  }

  private static JsonNode parse(Path file) {
    try {
      JsonNode tree = MAPPER.readTree(Files.readAllBytes(file));
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
    AtomicFiles.write(file, MAPPER.writeValueAsBytes(results));
  }

  /** JSON has no NaN: what is not a number was not measured. */
  private static final class FiniteOrNull extends StdSerializer<Double> {
    FiniteOrNull() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializationContext context) {
      if (Double.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
  }
}
