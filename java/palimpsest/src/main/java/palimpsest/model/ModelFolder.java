package palimpsest.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import palimpsest.io.NamedTensor;
import palimpsest.ops.Device;

/** A model's weights in a Hugging Face folder, wherever they live. */
public final class ModelFolder {
  private ModelFolder() {}

  /**
   * Writes {@code config.json} and {@code model.safetensors} into a folder that exists.
   *
   * @param endOfText the tokenizer's id that ends an answer
   */
  public static void save(Path folder, Parameters parameters, int endOfText) {
    ParameterLayout layout = parameters.layout();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flat = arena.allocateFrom(ValueLayout.JAVA_FLOAT, parameters.copy());
      GptNeoxFiles.save(folder, layout.config(), endOfText, tensors(layout, flat));
    }
  }

  /** Takes over the weights of a folder whose model has the same shape. */
  public static void load(Path folder, Parameters parameters) {
    ParameterLayout layout = parameters.layout();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flat = arena.allocate(ValueLayout.JAVA_FLOAT, layout.length());
      GptNeoxFiles.load(folder, layout.config(), tensors(layout, flat));
      parameters.restore(flat.toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  /** The model of a folder, on a device. */
  public static Parameters open(Device device, Path folder) {
    var parameters = new Parameters(device, GptNeoxFiles.readConfig(folder));
    try {
      load(folder, parameters);
      return parameters;
    } catch (RuntimeException unreadable) {
      parameters.close();
      throw unreadable;
    }
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
