package palimpsest.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import palimpsest.continual.StrategyState;
import palimpsest.data.Tokenizer;
import palimpsest.model.Initialisation;
import palimpsest.model.ModelConfig;
import palimpsest.model.ModelFolder;
import palimpsest.model.ModelSums;
import palimpsest.model.Parameters;
import palimpsest.ops.cpu.CpuDevice;

/** Sound files, small ones, for tests that damage them. */
final class Samples {
  private static final ModelConfig MODEL =
      new ModelConfig(1, 8, 2, 8, 11, 16, 0.5, 10_000, true, false, 1e-5);

  private Samples() {}

  /** A model of one layer. */
  static void model(Path folder, boolean sums) {
    try (var device = new CpuDevice(1);
        var parameters = new Parameters(device, MODEL)) {
      parameters.initialise(Initialisation.SMALL, 1);
      ModelFolder.save(folder, parameters, 0);
    }
    if (sums) {
      ModelSums.write(folder);
    }
  }

  /** The same with its weights in a file that an index names. */
  static void indexed(Path folder) {
    model(folder, false);
    try {
      Path weights = folder.resolve("model.safetensors");
      Path part = folder.resolve("model-00001-of-00001.safetensors");
      List<String> names;
      try (var source = palimpsest.io.Safetensors.open(weights)) {
        names = List.copyOf(source.names());
      }
      Files.move(weights, part);
      String map =
          names.stream()
              .map(name -> "\"%s\": \"%s\"".formatted(name, part.getFileName()))
              .collect(Collectors.joining(", "));
      text(folder, "model.safetensors.index.json", "{\"weight_map\": {%s}}".formatted(map));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a strategy may carry. */
  static void strategy(Path folder) {
    new StrategyState()
        .put("fisher", new float[] {1.5f, 2, 3})
        .put("ids", new int[] {7, -1})
        .put("count", 3.25)
        .put("names", List.of("a", "b"))
        .save(folder);
  }

  static void text(Path folder, String file, String content) {
    try {
      Files.writeString(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tokenizer of the tests of {@code data}. */
  static void resource(Path folder, String file, String resource) {
    try (InputStream in = Tokenizer.class.getResourceAsStream(resource)) {
      Files.copy(in, folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
