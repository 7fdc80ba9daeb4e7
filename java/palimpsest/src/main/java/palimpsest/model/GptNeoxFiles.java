package palimpsest.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import palimpsest.base.UserException;
import palimpsest.io.JsonFile;
import palimpsest.io.NamedTensor;
import palimpsest.io.OneLine;
import palimpsest.io.Safetensors;
import palimpsest.io.SafetensorsWriter;
import tools.jackson.databind.JsonNode;

/**
 * A GPT-NeoX model as a Hugging Face folder: {@code config.json} and {@code model.safetensors} (or
 * several, with an index). Tensors have Hugging Face's names, shapes and layouts.
 */
public final class GptNeoxFiles {
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String HEAD = "embed_out.weight";

  /** Constants that older files keep beside the weights. */
  private static final Pattern BUFFER =
      Pattern.compile(".*\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)");

  private GptNeoxFiles() {}

  /** The shape of the model in a folder; a {@link UserException} if it is no GPT-NeoX. */
  public static ModelConfig readConfig(Path folder) {
    return GptNeoxConfigFile.read(folder);
  }

  /**
   * Writes {@code config.json} and {@code model.safetensors} into a folder that exists.
   *
   * @param endOfText the tokenizer's id that ends an answer
   */
  public static void save(
      Path folder, ModelConfig config, int endOfText, List<NamedTensor> tensors) {
    SafetensorsWriter.write(folder.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
    GptNeoxConfigFile.write(folder, config, endOfText);
  }

  /**
   * Fills tensors from a folder's files by name. Every one must be there in its shape, and nothing
   * else may be but an output matrix that {@code config} ties to the embedding, and constants.
   */
  public static void load(Path folder, ModelConfig config, List<NamedTensor> targets) {
    Set<String> wanted = targets.stream().map(NamedTensor::name).collect(Collectors.toSet());
    Map<String, NamedTensor> byName =
        targets.stream().collect(Collectors.toMap(NamedTensor::name, Function.identity()));
    filesOf(folder, byName.keySet())
        .forEach(
            (file, tensors) -> {
              try (Safetensors source = Safetensors.open(file)) {
                refuseSurplus(file, source.names(), wanted, config);
                tensors.forEach(name -> source.read(byName.get(name)));
              }
            });
  }

  /**
   * Looks at the headers of a folder's files alone.
   *
   * @param shapes of every tensor that is needed, by its name
   * @throws UserException for the first that is not there, or not in that shape
   */
  static void check(Path folder, Map<String, int[]> shapes) {
    filesOf(folder, shapes.keySet())
        .forEach(
            (file, names) -> {
              try (Safetensors source = Safetensors.open(file)) {
                names.forEach(name -> source.require(name, shapes.get(name)));
              }
            });
  }

  private static void refuseSurplus(
      Path file, Set<String> names, Set<String> wanted, ModelConfig config) {
    for (String name : names) {
      boolean tied = config.tiedHead() && name.equals(HEAD);
      if (!wanted.contains(name) && !tied && !BUFFER.matcher(name).matches()) {
        throw new UserException(
            "%s: holds %s, which the model of %s has no place for"
                .formatted(file, OneLine.quote(name), GptNeoxConfigFile.NAME));
      }
    }
  }

  /** Which file each tensor is to come from. */
  private static Map<Path, List<String>> filesOf(Path folder, Set<String> tensors) {
    Path single = folder.resolve(WEIGHTS);
    if (Files.exists(single)) {
      return Map.of(single, List.copyOf(tensors));
    }
    Path index = folder.resolve(INDEX);
    if (!Files.exists(index)) {
      String hint =
          Files.exists(folder.resolve("pytorch_model.bin"))
              ? "; pytorch_model.bin cannot be read, save it again with safe_serialization=True"
              : "";
      throw new UserException("%s: has no %s%s".formatted(folder, WEIGHTS, hint));
    }
    JsonNode map = JsonFile.read(index).path("weight_map");
    return tensors.stream()
        .collect(
            Collectors.groupingBy(
                tensor -> fileOf(folder, index, map, tensor),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  private static Path fileOf(Path folder, Path index, JsonNode map, String tensor) {
    String name = map.path(tensor).asString("");
    if (name.isEmpty()) {
      throw new UserException("%s: weight_map has no %s".formatted(index, tensor));
    }
    if (!name.matches("[A-Za-z0-9_.-]+\\.safetensors")) {
      throw new UserException(
          "%s: weight_map.%s must name a safetensors file of the same folder, not %s"
              .formatted(index, tensor, OneLine.quote(name)));
    }
    return folder.resolve(name);
  }
}
