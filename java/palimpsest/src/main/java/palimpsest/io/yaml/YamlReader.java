package palimpsest.io.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import palimpsest.base.UserException;
import palimpsest.io.FileProblem;
import palimpsest.io.OneLine;

/**
 * Reads the YAML that people write by hand: one document of mappings, lists and single values.
 * Aliases and tags are refused (a page of them can stand for gigabytes), as are keys said twice.
 */
public final class YamlReader {
  private static final int LARGEST_BYTES = 1 << 20;
  private static final int DEEPEST = 16;

  private final String source;
  private final boolean lines;
  private final Iterator<Event> events;

  /**
   * @param lines whether places have lines: a file's do, an option's do not
   */
  private YamlReader(String source, String text, boolean lines) {
    LoadSettings settings = LoadSettings.builder().setLabel(source).build();
    this.source = source;
    this.lines = lines;
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /** Reads a file whose top level is a mapping. */
  public static YamlNode.Mapping readFile(Path file) {
    if (Files.isDirectory(file)) {
      throw new UserException("%s: is a folder; a YAML file is needed".formatted(file));
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST_BYTES + 1);
    } catch (IOException e) {
      throw FileProblem.reading(file, e);
    }
    if (bytes.length > LARGEST_BYTES) {
      throw new UserException("%s: is larger than 1 MiB; no configuration is".formatted(file));
    }
    return readMapping(file.toString(), decode(file.toString(), bytes));
  }

  /**
   * Reads text whose top level is a mapping.
   *
   * @param source what to call it in messages
   */
  public static YamlNode.Mapping readMapping(String source, String text) {
    return switch (read(source, text, true)) {
      case YamlNode.Mapping mapping -> mapping;
      case YamlNode.Scalar scalar when scalar.isNothing() ->
          throw Place.of(source).problem("is empty; it should hold lines such as preset: tiny");
      case YamlNode other ->
          throw other.place().problem("the top level must be lines of key: value");
    };
  }

  /** Reads a value written in an option: a single value, {@code [1, 2]} or {@code {a: 1}}. */
  public static YamlNode readValue(String option, String text) {
    return read(option, text, false);
  }

  private static YamlNode read(String source, String text, boolean lines) {
    try {
      return new YamlReader(source, text, lines).document();
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = lines ? e.getProblemMark() : Optional.empty();
      throw placeOf(source, mark).problem("not valid YAML: " + reason(e));
    } catch (ReaderException e) {
      Place place = lines ? placeOf(source, text, e.getPosition()) : Place.of(source);
      throw place.problem(
          "not valid YAML: the character U+%04X is not allowed".formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      throw Place.of(source).problem("not valid YAML: " + OneLine.quote(e.getMessage()));
    }
  }

  private static String reason(MarkedYamlEngineException e) {
    String context = e.getContext() == null ? "" : e.getContext() + ", ";
    return (context + e.getProblem()).replaceAll("\\s+", " ");
  }

  private YamlNode document() {
    events.next(); // the stream's start
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return new YamlNode.Scalar(Place.of(source), "", true);
    }
    YamlNode root = node(events.next(), 0);
    events.next(); // the document's end
    Event after = events.next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      throw place(after).problem("a second document begins; one is needed");
    }
    return root;
  }

  private YamlNode node(Event event, int depth) {
    Place place = place(event);
    if (depth > DEEPEST) {
      throw place.problem("is nested deeper than %d levels".formatted(DEEPEST));
    }
    if (tag(event).isPresent()) {
      throw place.problem(
          "the tag %s is not known here".formatted(OneLine.quote(tag(event).get())));
    }
    return switch (event) {
      case ScalarEvent scalar ->
          new YamlNode.Scalar(
              place, scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN);
      case SequenceStartEvent _ -> sequence(place, depth);
      case MappingStartEvent _ -> mapping(place, depth);
      case AliasEvent alias ->
          throw place.problem(
              "the alias *%s is refused; write the value out".formatted(alias.getAlias()));
      default -> throw new IllegalStateException("unexpected event " + event);
    };
  }

  private YamlNode sequence(Place place, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, depth + 1));
    }
    return new YamlNode.Sequence(place, List.copyOf(items));
  }

  private YamlNode mapping(Place place, int depth) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      if (!(node(event, depth + 1) instanceof YamlNode.Scalar key)) {
        throw place(event).problem("a key must be a single word");
      }
      YamlNode.Entry entry = new YamlNode.Entry(key.place(), node(events.next(), depth + 1));
      YamlNode.Entry earlier = entries.putIfAbsent(key.text(), entry);
      if (earlier != null) {
        throw key.place()
            .problem(
                OneLine.quote(key.text()),
                lines
                    ? "is said twice; the first time at line %d".formatted(earlier.place().line())
                    : "is said twice");
      }
    }
    return new YamlNode.Mapping(place, Collections.unmodifiableMap(entries));
  }

  private static Optional<String> tag(Event event) {
    return switch (event) {
      case ScalarEvent scalar -> scalar.getTag();
      case CollectionStartEvent collection -> collection.getTag();
      default -> Optional.empty();
    };
  }

  private Place place(Event event) {
    return placeOf(source, lines ? event.getStartMark() : Optional.empty());
  }

  private static Place placeOf(String source, Optional<Mark> mark) {
    return mark.map(at -> new Place(source, at.getLine() + 1, at.getColumn() + 1))
        .orElse(Place.of(source));
  }

  /** Where the code point of this index stands. */
  private static Place placeOf(String source, String text, int codePoint) {
    String before = text.substring(0, text.offsetByCodePoints(0, codePoint));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int lineStart = before.lastIndexOf('\n') + 1;
    return new Place(source, line, before.codePointCount(lineStart, before.length()) + 1);
  }

  private static String decode(String source, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      throw placeOf(source, text, text.codePointCount(0, text.length()))
          .problem("is not UTF-8 text from here on");
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
