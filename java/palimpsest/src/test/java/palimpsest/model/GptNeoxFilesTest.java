package palimpsest.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.base.UserException;
import palimpsest.io.NamedTensor;
import palimpsest.io.SafetensorsWriter;
import palimpsest.ops.Activation;

class GptNeoxFilesTest {
  private static final ModelConfig CONFIG =
      new ModelConfig(2, 24, 3, 40, 37, 16, 0.25, 5000, false, false, 1e-6);

  /** What transformers 4 writes. */
  private static final String VERSION_4 =
      """
      {"architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", "vocab_size": 37,
       "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
       "intermediate_size": 40, "max_position_embeddings": 16, "hidden_act": "gelu",
       "rotary_pct": 0.25, "rotary_emb_base": 5000, "use_parallel_residual": false,
       "layer_norm_eps": 1e-06, "rope_scaling": null, "surprise": [1, {"a": null}]}
      """;

  /** What transformers 5 writes. */
  private static final String VERSION_5 =
      """
      {"architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", "vocab_size": 37,
       "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
       "intermediate_size": 40, "max_position_embeddings": 16, "hidden_act": "gelu",
       "rope_parameters": {"partial_rotary_factor": 0.25, "rope_theta": 5000,
         "rope_type": "default"}, "use_parallel_residual": false,
       "layer_norm_eps": 1e-06, "tie_word_embeddings": false, "attention_bias": true}
      """;

  @TempDir Path folder;

  @Test
  void aModelComesBackAsItWas() {
    List<NamedTensor> saved = tensors(CONFIG, 1);
    GptNeoxFiles.save(folder, CONFIG, 0, saved);
    assertEquals(CONFIG, GptNeoxFiles.readConfig(folder));
    List<NamedTensor> loaded = tensors(CONFIG, 0);
    GptNeoxFiles.load(folder, CONFIG, loaded);
    for (int i = 0; i < saved.size(); i++) {
      assertArrayEquals(floats(saved.get(i)), floats(loaded.get(i)), saved.get(i).name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {VERSION_4, VERSION_5})
  void bothWaysToSayRotaryAreRead(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    assertEquals(CONFIG, GptNeoxFiles.readConfig(folder));
  }

  @ParameterizedTest
  @CsvSource({"gelu_new", "gelu_pytorch_tanh", "gelu_fast"})
  void geluByTanhIsReadAndWritten(String name) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, VERSION_5.replace("\"gelu\"", "\"" + name + "\""));
    ModelConfig config = GptNeoxFiles.readConfig(folder);
    assertEquals(Activation.GELU_TANH, config.activation());
    GptNeoxFiles.save(folder, config, 0, tensors(config, 1));
    assertTrue(Files.readString(file).contains("\"gelu_new\""), Files.readString(file));
    assertEquals(config, GptNeoxFiles.readConfig(folder));
  }

  @Test
  void aTiedModelMayComeWithItsHead() {
    List<NamedTensor> untied = tensors(CONFIG, 1);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), untied, Map.of());
    ModelConfig tied = new ModelConfig(2, 24, 3, 40, 37, 16, 0.25, 5000, false, true, 1e-6);
    GptNeoxFiles.load(folder, tied, tensors(tied, 0));
    List<NamedTensor> tooFew = untied.subList(1, untied.size());
    assertOneLine(() -> GptNeoxFiles.load(folder, CONFIG, tooFew), "no place for");
  }

  @Test
  void severalFilesAreReadByTheirIndex() throws IOException {
    List<NamedTensor> saved = tensors(CONFIG, 1);
    SafetensorsWriter.write(folder.resolve("a.safetensors"), saved.subList(0, 5), Map.of());
    SafetensorsWriter.write(
        folder.resolve("b.safetensors"), saved.subList(5, saved.size()), Map.of());
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < saved.size(); i++) {
      map.append(i == 0 ? "" : ", ")
          .append("\"%s\": \"%s\"".formatted(saved.get(i).name(), i < 5 ? "a" : "b"))
          .insert(map.length() - 1, ".safetensors");
    }
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {" + map + "}}");
    List<NamedTensor> loaded = tensors(CONFIG, 0);
    GptNeoxFiles.load(folder, CONFIG, loaded);
    assertArrayEquals(floats(saved.getLast()), floats(loaded.getLast()));
    Files.writeString(index, "{\"weight_map\": {" + map.toString().replace("b.s", "../b.s") + "}}");
    assertOneLine(() -> GptNeoxFiles.load(folder, CONFIG, loaded), "of the same folder, not ../b");
    Files.writeString(index, "{\"weight_map\": []}");
    assertOneLine(() -> GptNeoxFiles.load(folder, CONFIG, loaded), "weight_map has no gpt_neox");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    assertOneLine(
        () -> GptNeoxFiles.readConfig(folder), "config.json: cannot be read: there is no");
    assertOneLine(
        () -> GptNeoxFiles.load(folder, CONFIG, tensors(CONFIG, 0)), "has no model.safetensors");
    Files.writeString(folder.resolve("pytorch_model.bin"), "");
    assertOneLine(
        () -> GptNeoxFiles.load(folder, CONFIG, tensors(CONFIG, 0)), "safe_serialization=True");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "gpt_neox", "v        | "llama", "v                  | model_type is "llama"; only gpt_neox
          "model_type"          | "type"                       | model_type is missing
          "gelu"                | "relu"                       | hidden_act is "relu"; only gelu
          "hidden_size": 24     | "hidden": 24                 | hidden_size is missing
          "hidden_size": 24     | "hidden_size": 25            | hidden_size 25 is not divisible by num_attention_heads 3
          "hidden_size": 24     | "hidden_size": 0             | hidden_size must be a whole number from 1
          "hidden_size": 24     | "hidden_size": "24"          | not "24"
          "hidden_size": 24     | "hidden_size": 1e30          | hidden_size must be a whole number
          : 0.25                | : 0.4                        | rotary_pct 0.4 of a head of 8 dimensions is 3
          : 0.25                | : NaN                        | not valid JSON
          "rope_scaling": null  | "rope_scaling": {"type": "linear"} | rope_scaling asks for "linear"
          "surprise"            | "hidden_act"                 | not valid JSON: Duplicate
          {"arch                | ["arch                       | config.json:
          "surprise"            | "attention_bias": false, "a" | attention_bias is false
          "surprise"            | "tie_word_embeddings": 1, "a" | tie_word_embeddings must be true or false, not 1
          """)
  void otherModelsAndDamagedFilesAreRefused(String found, String instead, String said)
      throws IOException {
    assertTrue(VERSION_4.contains(found), found);
    Files.writeString(folder.resolve("config.json"), VERSION_4.replace(found, instead));
    assertOneLine(() -> GptNeoxFiles.readConfig(folder), said);
  }

  private static List<NamedTensor> tensors(ModelConfig config, float scale) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (Parameter parameter : new ParameterLayout(config).parameters()) {
      float[] values = new float[Math.toIntExact(parameter.size())];
      for (int i = 0; i < values.length; i++) {
        values[i] = scale * (float) Math.sin(i + tensors.size());
      }
      tensors.add(
          new NamedTensor(parameter.name(), parameter.shape(), MemorySegment.ofArray(values)));
    }
    return tensors;
  }

  private static float[] floats(NamedTensor tensor) {
    return (float[]) tensor.data().heapBase().orElseThrow();
  }

  private static void assertOneLine(Runnable action, String said) {
    String message = assertThrows(UserException.class, action::run).getMessage();
    assertTrue(message.contains(said), message + "\nshould say: " + said);
    assertEquals(1, message.lines().count(), message);
  }
}
