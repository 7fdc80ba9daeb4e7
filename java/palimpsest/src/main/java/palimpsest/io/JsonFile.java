package palimpsest.io;

import java.nio.file.Path;
import palimpsest.base.UserException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Small JSON files whose top level is an object. */
public final class JsonFile {
  /** The index of a model of hundreds of files has two. */
  private static final int LARGEST_BYTES = 8 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(StrictJson.factory()).enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonFile() {}

  /** An empty object to fill and {@link #write}. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Reads a file's object; what is wrong with the file is the user's to know. */
  public static ObjectNode read(Path file) {
    return parse(file.toString(), InputFile.bytes(file, LARGEST_BYTES, "such file"));
  }

  /** Indented, with a line end. */
  public static void write(Path file, ObjectNode object) {
    AtomicFiles.write(file, MAPPER.writeValueAsString(object) + "\n");
  }

  /** On one line, without a line end. */
  public static byte[] compact(ObjectNode object) {
    return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(object);
  }

  /**
   * Reads an object from bytes.
   *
   * @param source what to call them in messages
   */
  static ObjectNode parse(String source, byte[] json) {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw malformed(source, e);
    }
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new UserException(source + ": must hold a JSON object, {…}");
  }

  private static UserException malformed(String source, JacksonException cause) {
    TokenStreamLocation at = cause.getLocation();
    String place = at == null ? "" : ":%d:%d".formatted(at.getLineNr(), at.getColumnNr());
    return new UserException(
        OneLine.of("%s%s: not valid JSON: %s".formatted(source, place, StrictJson.reason(cause))),
        cause);
  }
}
