package palimpsest.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.base.UserException;
import palimpsest.io.NamedTensor;
import palimpsest.io.Safetensors;
import palimpsest.io.SafetensorsWriter;
import palimpsest.ops.Device;

/** A model's weights in a Hugging Face folder, wherever they live. */
public final class ModelFolder {
  private ModelFolder() {}

  /** Where an adapter or a prompt lies, beside the weights of the model itself. */
  static final String INSERT = "insert.safetensors";

  private static final String KIND = "kind";
  private static final String SIZE = "size";

  /**
   * Writes {@code config.json} and {@code model.safetensors} into a folder that exists: the model
   * itself, what a low-rank pair does to its weights included. An adapter or a prompt goes into
   * {@code insert.safetensors}.
   *
   * @param endOfText the tokenizer's id that ends an answer
   */
  public static void save(Path folder, Parameters parameters, int endOfText) {
    ParameterLayout layout = parameters.layout();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flat = arena.allocateFrom(ValueLayout.JAVA_FLOAT, parameters.copy());
      GptNeoxFiles.save(folder, layout.config(), endOfText, own(layout, flat));
      Map<String, String> metadata =
          switch (layout.insert()) {
            case Insert.Adapter(int width) -> Map.of(KIND, "adapter", SIZE, "" + width);
            case Insert.Prompt(int length) -> Map.of(KIND, "prompt", SIZE, "" + length);
            case Insert.LowRank _, Insert.None _ -> Map.of();
          };
      if (!metadata.isEmpty()) {
        SafetensorsWriter.write(folder.resolve(INSERT), inserted(layout, flat), metadata);
      }
    }
  }

  /** What the model of a folder has beside its own weights. */
  public static Insert insert(Path folder) {
    Path file = folder.resolve(INSERT);
    if (!Files.exists(file)) {
      return Insert.none();
    }
    try (Safetensors source = Safetensors.open(file)) {
      String kind = source.metadata().getOrDefault(KIND, "");
      String size = source.metadata().getOrDefault(SIZE, "");
      if (size.matches("[1-9]\\d{0,5}") && kind.equals("adapter")) {
        return new Insert.Adapter(Integer.parseInt(size));
      }
      if (size.matches("[1-9]\\d{0,5}") && kind.equals("prompt")) {
        return new Insert.Prompt(Integer.parseInt(size));
      }
      throw new UserException(
          "%s: its metadata must say kind (adapter or prompt) and size".formatted(file));
    }
  }

  /** Takes over the weights of a folder whose model has the same shape and the same insert. */
  public static void load(Path folder, Parameters parameters) {
    ParameterLayout layout = parameters.layout();
    if (!insert(folder).equals(layout.insert())) {
      throw new UserException(
          "%s: its model has %s beside its own weights, where %s is expected"
              .formatted(folder, insert(folder), layout.insert()));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flat = arena.allocate(ValueLayout.JAVA_FLOAT, layout.length());
      GptNeoxFiles.load(folder, layout.config(), own(layout, flat));
      List<NamedTensor> inserted = inserted(layout, flat);
      if (!inserted.isEmpty()) {
        try (Safetensors source = Safetensors.open(folder.resolve(INSERT))) {
          inserted.forEach(source::read);
        }
      }
      parameters.restore(flat.toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  /** The model of a folder, on a device. */
  public static Parameters open(Device device, Path folder) {
    ModelSums.check(folder);
    var layout = new ParameterLayout(GptNeoxFiles.readConfig(folder), insert(folder));
    refuseWhatDoesNotFit(folder, layout);
    var parameters = new Parameters(device, layout.config(), layout.insert());
    try {
      load(folder, parameters);
      return parameters;
    } catch (RuntimeException unreadable) {
      parameters.close();
      throw unreadable;
    }
  }

  /** Before there is memory for it: the files must have what the configuration promises. */
  private static void refuseWhatDoesNotFit(Path folder, ParameterLayout layout) {
    if (layout.length() > Integer.MAX_VALUE) {
      throw new UserException(
          "%s: a model of %,d weights; %,d are the most"
              .formatted(folder, layout.length(), Integer.MAX_VALUE));
    }
    GptNeoxFiles.check(folder, shapes(layout, false));
    Map<String, int[]> inserted = shapes(layout, true);
    if (!inserted.isEmpty()) {
      try (Safetensors source = Safetensors.open(folder.resolve(INSERT))) {
        inserted.forEach(source::require);
      }
    }
  }

  private static Map<String, int[]> shapes(ParameterLayout layout, boolean inserted) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (Parameter parameter : layout.parameters()) {
      if (parameter.inserted() == inserted) {
        shapes.put(parameter.name(), parameter.shape());
      }
    }
    return shapes;
  }

  private static List<NamedTensor> own(ParameterLayout layout, MemorySegment flat) {
    return tensors(layout, flat).stream()
        .filter(tensor -> !layout.get(tensor.name()).inserted())
        .toList();
  }

  private static List<NamedTensor> inserted(ParameterLayout layout, MemorySegment flat) {
    return tensors(layout, flat).stream()
        .filter(tensor -> layout.get(tensor.name()).inserted())
        .toList();
  }

  /**
   * Every tensor of a flat buffer.
   *
   * @param flat fp32 elements laid out as {@link ParameterLayout} says
   */
  public static List<NamedTensor> tensors(ParameterLayout layout, MemorySegment flat) {
    return layout.parameters().stream()
        .map(
            parameter ->
                new NamedTensor(
                    parameter.name(),
                    parameter.shape(),
                    flat.asSlice(parameter.offset() * Float.BYTES, parameter.size() * Float.BYTES)))
        .toList();
  }
}
