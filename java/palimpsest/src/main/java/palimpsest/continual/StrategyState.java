package palimpsest.continual;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import palimpsest.base.CountedRandom;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.InputFile;
import palimpsest.io.NamedTensor;
import palimpsest.io.OneLine;
import palimpsest.io.Safetensors;
import palimpsest.io.SafetensorsWriter;
import palimpsest.io.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a strategy carries from one task to the next beside the model's weights, by name: arrays,
 * numbers and texts. A folder keeps it as {@code strategy.safetensors} (the floats) and {@code
 * strategy.json} (all else), so that a sequence of tasks can go on where it was interrupted.
 */
public final class StrategyState {
  /** What is written today; another format is refused. */
  public static final int FORMAT = 1;

  private static final String TENSORS = "strategy.safetensors";
  private static final String REST = "strategy.json";
  private static final JsonMapper MAPPER = JsonMapper.builder(StrictJson.factory()).build();

  /** Questions that are kept, as token ids. */
  private static final int LARGEST_REST = 256 << 20;

  private final Map<String, float[]> floats = new TreeMap<>();
  private final Map<String, int[]> ints = new TreeMap<>();
  private final Map<String, Double> numbers = new TreeMap<>();
  private final Map<String, List<String>> texts = new TreeMap<>();

  /** What {@code strategy.json} holds. */
  private record Rest(
      int format,
      Map<String, int[]> ints,
      Map<String, Double> numbers,
      Map<String, List<String>> texts) {
    private boolean isWhole() {
      return ints != null
          && numbers != null
          && texts != null
          && allThere(ints.values())
          && allThere(numbers.values())
          && allThere(texts.values())
          && texts.values().stream().allMatch(Rest::allThere);
    }

    private static boolean allThere(Collection<?> values) {
      return values.stream().allMatch(Objects::nonNull);
    }
  }

  /** Remembers a copy. */
  public StrategyState put(String name, float[] values) {
    floats.put(name, values.clone());
    return this;
  }

  /** Remembers a copy. */
  public StrategyState put(String name, int[] values) {
    ints.put(name, values.clone());
    return this;
  }

  public StrategyState put(String name, double value) {
    numbers.put(name, value);
    return this;
  }

  public StrategyState put(String name, List<String> values) {
    texts.put(name, List.copyOf(values));
    return this;
  }

  /** Remembers how far a random stream has been drawn. */
  public StrategyState put(String name, CountedRandom random) {
    return put(name, (double) random.drawn());
  }

  /** Takes a random stream, of the same seed and purpose, to where it had been drawn. */
  public void goOn(String name, CountedRandom random) {
    random.goTo((long) number(name));
  }

  /** Remembers all of another state, each name behind {@code prefix} and a slash. */
  public StrategyState put(String prefix, StrategyState other) {
    String before = prefix + "/";
    other.floats.forEach((name, values) -> floats.put(before + name, values));
    other.ints.forEach((name, values) -> ints.put(before + name, values));
    other.numbers.forEach((name, value) -> numbers.put(before + name, value));
    other.texts.forEach((name, values) -> texts.put(before + name, values));
    return this;
  }

  /** What was put behind a prefix. */
  public StrategyState within(String prefix) {
    String before = prefix + "/";
    var part = new StrategyState();
    copy(floats, part.floats, before);
    copy(ints, part.ints, before);
    copy(numbers, part.numbers, before);
    copy(texts, part.texts, before);
    return part;
  }

  private static <T> void copy(Map<String, T> all, Map<String, T> part, String before) {
    all.forEach(
        (name, value) -> {
          if (name.startsWith(before)) {
            part.put(name.substring(before.length()), value);
          }
        });
  }

  public boolean isEmpty() {
    return floats.isEmpty() && ints.isEmpty() && numbers.isEmpty() && texts.isEmpty();
  }

  /** Whether anything has the name. */
  public boolean has(String name) {
    return floats.containsKey(name)
        || ints.containsKey(name)
        || numbers.containsKey(name)
        || texts.containsKey(name);
  }

  public float[] floats(String name) {
    return found(floats, name).clone();
  }

  public int[] ints(String name) {
    return found(ints, name).clone();
  }

  public double number(String name) {
    return found(numbers, name);
  }

  public List<String> texts(String name) {
    return found(texts, name);
  }

  private static <T> T found(Map<String, T> values, String name) {
    T value = values.get(name);
    if (value == null) {
      throw new NoSuchElementException("the state has no '%s' of this type".formatted(name));
    }
    return value;
  }

  /** Writes two files into an existing folder. */
  public void save(Path folder) {
    try (Arena arena = Arena.ofConfined()) {
      var tensors = new ArrayList<NamedTensor>();
      floats.forEach(
          (name, values) -> {
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
            tensors.add(new NamedTensor(name, new int[] {values.length}, data));
          });
      SafetensorsWriter.write(folder.resolve(TENSORS), tensors, Map.of());
    }
    byte[] rest = MAPPER.writeValueAsBytes(new Rest(FORMAT, ints, numbers, texts));
    AtomicFiles.write(folder.resolve(REST), rest);
  }

  /** Reads what {@link #save} wrote. */
  public static StrategyState load(Path folder) {
    Path file = folder.resolve(REST);
    var state = new StrategyState();
    Rest rest = rest(file);
    state.ints.putAll(rest.ints());
    state.numbers.putAll(rest.numbers());
    state.texts.putAll(rest.texts());
    Path tensors = folder.resolve(TENSORS);
    try (Arena arena = Arena.ofConfined();
        Safetensors source = Safetensors.open(tensors)) {
      for (String name : source.names()) {
        int length = length(tensors, name, source.shape(name));
        MemorySegment data = arena.allocate(ValueLayout.JAVA_FLOAT, length);
        source.read(new NamedTensor(name, new int[] {length}, data));
        state.floats.put(name, data.toArray(ValueLayout.JAVA_FLOAT));
      }
    }
    return state;
  }

  private static Rest rest(Path file) {
    Rest rest;
    try {
      rest = MAPPER.readValue(InputFile.bytes(file, LARGEST_REST, "strategy's state"), Rest.class);
    } catch (JacksonException damaged) {
      throw new UserException(
          OneLine.of(
              "%s: %s: damaged: %s"
                  .formatted(file, StrictJson.place(damaged), StrictJson.reason(damaged))),
          damaged);
    }
    if (rest == null || !rest.isWhole()) {
      throw new UserException(file + ": damaged: it must hold format, ints, numbers and texts");
    }
    if (rest.format() != FORMAT) {
      throw new UserException(
          "%s: format %d; this program reads format %d".formatted(file, rest.format(), FORMAT));
    }
    return rest;
  }

  private static int length(Path file, String name, List<Long> shape) {
    if (shape.size() != 1 || shape.getFirst() > Integer.MAX_VALUE / Float.BYTES) {
      throw new UserException(
          OneLine.of(
              "%s: tensor %s is no list of numbers that could be read"
                  .formatted(file, OneLine.quote(name))));
    }
    return Math.toIntExact(shape.getFirst());
  }

  /** Whether the same names have the same values, bit for bit. */
  @Override
  public boolean equals(Object other) {
    return other instanceof StrategyState state
        && sameFloats(state)
        && sameInts(state)
        && numbers.equals(state.numbers)
        && texts.equals(state.texts);
  }

  private boolean sameFloats(StrategyState other) {
    return floats.keySet().equals(other.floats.keySet())
        && floats.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), other.floats.get(entry.getKey())));
  }

  private boolean sameInts(StrategyState other) {
    return ints.keySet().equals(other.ints.keySet())
        && ints.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), other.ints.get(entry.getKey())));
  }

  @Override
  public int hashCode() {
    return floats.keySet().hashCode() + ints.keySet().hashCode() + numbers.hashCode();
  }

  @Override
  public String toString() {
    return "floats %s, ints %s, numbers %s, texts %s"
        .formatted(floats.keySet(), ints.keySet(), numbers.keySet(), texts.keySet());
  }
}
