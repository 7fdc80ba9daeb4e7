package palimpsest.io.yaml;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import palimpsest.base.UserException;
import palimpsest.io.OneLine;

/**
 * Makes a tree of records from a tree of YAML. Every component must be said, nothing else may be,
 * and every value must be of its component's type and within the limits the annotations set.
 */
public final class RecordReader {
  private static final Pattern COMMA = Pattern.compile(",");

  private final List<String> allPaths;
  private final Map<String, Place> places = new HashMap<>();

  private RecordReader(Class<?> type) {
    this.allPaths = Keys.paths(type, "");
  }

  public static <R extends Record> Bound<R> read(Class<R> type, YamlNode.Mapping tree) {
    RecordReader reader = new RecordReader(type);
    R value = type.cast(reader.section(type, tree, ""));
    return new Bound<>(value, Map.copyOf(reader.places));
  }

  private Object section(Class<?> type, YamlNode.Mapping mapping, String section) {
    refuseUnknownKeys(type, mapping, section);
    return components(type, mapping, section);
  }

  private void refuseUnknownKeys(Class<?> type, YamlNode.Mapping mapping, String section) {
    List<String> valid = Keys.within(type);
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!valid.contains(key)) {
                throw unknown(entry.place(), Keys.join(section, key));
              }
            });
  }

  private UserException unknown(Place place, String path) {
    String hint = Keys.nearest(path, allPaths).map("; did you mean %s?"::formatted).orElse("");
    return place.problem(OneLine.quote(path), "unknown key" + hint);
  }

  private Object components(Class<?> type, YamlNode.Mapping mapping, String section) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] =
          components[i].isAnnotationPresent(Flat.class)
              ? components(components[i].getType(), mapping, section)
              : component(components[i], mapping, section);
    }
    return construct(type, components, values);
  }

  private Object component(RecordComponent component, YamlNode.Mapping mapping, String section) {
    String key = Keys.of(component);
    String path = Keys.join(section, key);
    YamlNode.Entry entry = mapping.entries().get(key);
    if (entry == null) {
      throw mapping.place().problem(path, "is missing");
    }
    places.put(path, entry.value().place());
    if (component.getType().isRecord()) {
      return subsection(component, entry.value(), path);
    }
    return component.getType() == List.class
        ? list(component, entry.value(), path)
        : single(component.getType(), component, entry.value(), path);
  }

  private Object subsection(RecordComponent component, YamlNode node, String path) {
    if (node instanceof YamlNode.Mapping inner) {
      return section(component.getType(), inner, path);
    }
    throw node.place()
        .problem(
            path,
            "is a section with the keys " + String.join(", ", Keys.within(component.getType())));
  }

  /** A list, or its items in one value with commas between them, as options have it. */
  private List<Object> list(RecordComponent component, YamlNode node, String path) {
    Class<?> itemType =
        (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
    List<YamlNode> nodes =
        switch (node) {
          case YamlNode.Sequence sequence -> sequence.items();
          case YamlNode.Scalar scalar -> split(scalar);
          case YamlNode.Mapping mapping ->
              throw mapping.place().problem(path, "must be a list, not a section");
        };
    if (nodes.isEmpty() && !component.isAnnotationPresent(MaybeEmpty.class)) {
      throw node.place().problem(path, "must not be empty");
    }
    List<Object> items = new ArrayList<>();
    for (YamlNode item : nodes) {
      items.add(single(itemType, component, item, path));
    }
    return List.copyOf(items);
  }

  /** The items of a list that is written as one value, with commas between them. */
  public static List<YamlNode> split(YamlNode.Scalar scalar) {
    List<YamlNode> items = new ArrayList<>();
    for (String item : COMMA.split(scalar.text(), -1)) {
      items.add(new YamlNode.Scalar(scalar.place(), item.strip(), scalar.plain()));
    }
    return items;
  }

  private static Object single(Class<?> type, AnnotatedElement limits, YamlNode node, String path) {
    if (node instanceof YamlNode.Scalar scalar) {
      return new ScalarReader(path, type, limits).read(scalar);
    }
    String found = node instanceof YamlNode.Sequence ? "a list" : "a section";
    throw node.place().problem(path, "must be a single value, not " + found);
  }

  private static Object construct(Class<?> type, RecordComponent[] components, Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(type + " refused its values", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }
}
