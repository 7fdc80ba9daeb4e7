package palimpsest.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The schemas of {@code bench/schema}, held against what the program writes. */
public final class JsonSchemas {
  private static final Path FOLDER = Path.of("../../bench/schema");

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private JsonSchemas() {}

  /** An answer as {@code --json} writes it. */
  public static void check(String schema, Object answer) {
    checkText(schema, JSON.writeValueAsString(answer));
  }

  /** JSON as it stands. */
  public static void checkText(String schema, String json) {
    assertEquals(List.of(), problems(schema, json));
  }

  /** What a schema does not allow, in words. */
  public static List<String> problems(String schema, String json) {
    try {
      String text = Files.readString(FOLDER.resolve(schema));
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(text, InputFormat.JSON)
          .validate(json, InputFormat.JSON)
          .stream()
          .map(Object::toString)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
