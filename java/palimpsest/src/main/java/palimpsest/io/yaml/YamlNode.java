package palimpsest.io.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A YAML document as it was written: every part knows its place. */
public sealed interface YamlNode {
  Place place();

  /**
   * A single value.
   *
   * @param plain whether it stood without quotes, so that it may be a number, a truth or nothing
   */
  record Scalar(Place place, String text, boolean plain) implements YamlNode {
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    /** Whether nothing was written: {@code key:} alone, or {@code null}. */
    public boolean isNothing() {
      return plain && NOTHING.contains(text);
    }
  }

  record Sequence(Place place, List<YamlNode> items) implements YamlNode {}

  /** Keys in the order they were written. */
  record Mapping(Place place, Map<String, Entry> entries) implements YamlNode {
    /** This mapping with another's entries over it, sections within sections. */
    public Mapping overlaidBy(Mapping over) {
      Map<String, Entry> merged = new LinkedHashMap<>(entries);
      over.entries.forEach((key, entry) -> merged.merge(key, entry, Entry::overlaidBy));
      return new Mapping(over.place, Collections.unmodifiableMap(merged));
    }
  }

  /**
   * A key's value.
   *
   * @param place where the key stands
   */
  record Entry(Place place, YamlNode value) {
    private Entry overlaidBy(Entry over) {
      return value instanceof Mapping below && over.value instanceof Mapping above
          ? new Entry(over.place, below.overlaidBy(above))
          : over;
    }
  }
}
