package palimpsest.io.yaml;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import palimpsest.base.Nearest;

/** The keys by which a record's components are known in YAML: {@code newPeople} is new_people. */
final class Keys {
  private Keys() {}

  static String of(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** The word a constant is known by: {@code NORMAL} is normal. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static String join(String section, String key) {
    return section.isEmpty() ? key : section + "." + key;
  }

  /** The keys that may stand in a section of this type. */
  static List<String> within(Class<?> type) {
    List<String> keys = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.isAnnotationPresent(Flat.class)) {
        keys.addAll(within(component.getType()));
      } else {
        keys.add(of(component));
      }
    }
    return keys;
  }

  /** Every key of a tree of records by its whole path, sections included. */
  static List<String> paths(Class<?> type, String section) {
    List<String> paths = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      boolean flat = component.isAnnotationPresent(Flat.class);
      String path = flat ? section : join(section, of(component));
      if (!flat) {
        paths.add(path);
      }
      if (component.getType().isRecord()) {
        paths.addAll(paths(component.getType(), path));
      }
    }
    return paths;
  }

  /**
   * The key somebody may have meant: one spelt alike, else one of the same last word in another
   * section.
   */
  static Optional<String> nearest(String path, List<String> paths) {
    String word = lastWord(path);
    return Nearest.to(path, paths)
        .or(() -> paths.stream().filter(valid -> lastWord(valid).equals(word)).findFirst())
        .or(
            () ->
                Nearest.to(word, paths.stream().map(Keys::lastWord).toList())
                    .flatMap(
                        near -> paths.stream().filter(p -> lastWord(p).equals(near)).findFirst()));
  }

  private static String lastWord(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
