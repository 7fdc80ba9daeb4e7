package palimpsest.io.yaml;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a tree of records as YAML that {@link RecordReader} makes an equal tree of: every
 * component, in the records' order, with what {@link About} says beside it.
 */
public final class RecordWriter {
  /** Words that need no quotes anywhere, inside {@code [ ]} too. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/_][A-Za-z0-9/_.+=-]*(:[A-Za-z0-9/_.+=-]+)*");

  /** Words that older readers take for a truth or for nothing. */
  private static final Pattern SPECIAL =
      Pattern.compile("true|false|null|yes|no|on|off|y|n", Pattern.CASE_INSENSITIVE);

  private static final int COMMENT_COLUMN = 30;

  private final StringBuilder out = new StringBuilder();

  private RecordWriter() {}

  /**
   * The whole document.
   *
   * @param heading lines of comment that stand first
   */
  public static String write(Record root, List<String> heading) {
    RecordWriter writer = new RecordWriter();
    heading.forEach(line -> writer.out.append("# ").append(line).append('\n'));
    writer.components(root, "");
    return writer.out.toString();
  }

  private void components(Record owner, String indent) {
    for (RecordComponent component : owner.getClass().getRecordComponents()) {
      Object value = value(owner, component);
      if (component.isAnnotationPresent(Flat.class)) {
        components((Record) value, indent);
      } else if (value instanceof Record section) {
        if (indent.isEmpty()) {
          out.append('\n');
        }
        line(indent + Keys.of(component) + ":", component);
        components(section, indent + "  ");
      } else {
        line(indent + Keys.of(component) + ": " + text(value), component);
      }
    }
  }

  private void line(String content, RecordComponent component) {
    out.append(content);
    About about = component.getAnnotation(About.class);
    if (about != null) {
      out.repeat(' ', Math.max(2, COMMENT_COLUMN - content.length()));
      out.append("# ").append(about.value());
    }
    out.append('\n');
  }

  private static Object value(Record owner, RecordComponent component) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private static String text(Object value) {
    return switch (value) {
      case Double number -> Numbers.text(number);
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case Boolean truth -> truth.toString();
      case String word -> quoted(word);
      case Enum<?> constant -> Keys.of(constant);
      case List<?> items ->
          items.stream().map(RecordWriter::text).collect(Collectors.joining(", ", "[", "]"));
      default -> throw new IllegalStateException("cannot write a " + value.getClass());
    };
  }

  private static String quoted(String word) {
    if (PLAIN.matcher(word).matches() && !SPECIAL.matcher(word).matches()) {
      return word;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
