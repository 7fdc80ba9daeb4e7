package palimpsest.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import palimpsest.base.UserException;
import palimpsest.io.InputFile;
import palimpsest.io.OneLine;
import palimpsest.io.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code tokenizer.json} as it lies on disk.
 *
 * @param path the file
 * @param tree its content
 */
record TokenizerJson(Path path, JsonNode tree) {
  static final String FILE = "tokenizer.json";
  static final String CONFIG = "tokenizer_config.json";

  private static final JsonMapper MAPPER = JsonMapper.builder(StrictJson.factory()).build();

  /** A quarter of a million words and how they are merged are some 35 MB. */
  static final int LARGEST_BYTES = 64 << 20;

  /** Ids are places in the output matrix. */
  private static final int LARGEST_ID = 1 << 24;

  /** What published tokenizers call the token that ends a text. */
  private static final List<String> END_TOKENS =
      List.of(Words.END_OF_TEXT, "<|end_of_text|>", "</s>", "<eos>", "[EOS]");

  /** Reads a tokenizer file, or the one of a model's folder. */
  static TokenizerJson read(Path fileOrFolder) {
    Path file = Files.isDirectory(fileOrFolder) ? fileOrFolder.resolve(FILE) : fileOrFolder;
    JsonNode tree = parse(file);
    if (!tree.path("model").path("vocab").isContainer()) {
      throw new UserException(
          file + ": no tokenizer: a Hugging Face tokenizer.json has a field model.vocab");
    }
    return new TokenizerJson(file, tree);
  }

  /** Every token with its id: the model's and the added ones. */
  Map<String, Integer> ids() {
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocabulary = tree.path("model").path("vocab");
    if (vocabulary.isArray()) { // "Unigram": pairs of a token and its score, the id is the place
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.put(vocabulary.path(id).path(0).asString(""), id);
      }
    } else {
      vocabulary
          .properties()
          .forEach(entry -> ids.put(entry.getKey(), id(entry.getKey(), entry.getValue())));
    }
    for (JsonNode added : tree.path("added_tokens")) {
      String content = added.path("content").asString("");
      ids.put(content, id(content, added.path("id")));
    }
    return ids;
  }

  private int id(String token, JsonNode id) {
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.intValue() < 0
        || id.intValue() > LARGEST_ID) {
      throw new UserException(
          OneLine.of(
              "%s: the token \"%s\" has the id %s; ids are 0 to %d"
                  .formatted(
                      path, OneLine.quote(token), OneLine.quote(id.toString()), LARGEST_ID)));
    }
    return id.intValue();
  }

  /** The id that ends texts: the one its {@code tokenizer_config.json} names, or a usual one. */
  int endOfText(Map<String, Integer> ids) {
    String named = configuredEnd();
    if (named != null) {
      Integer id = ids.get(named);
      if (id == null) {
        throw new UserException(
            "%s: the end token \"%s\" that %s names is not among its tokens"
                .formatted(path, OneLine.quote(named), CONFIG));
      }
      return id;
    }
    for (String token : END_TOKENS) {
      if (ids.containsKey(token)) {
        return ids.get(token);
      }
    }
    throw new UserException(
        "%s: no end token: needs %s, or an eos_token in a %s beside it"
            .formatted(path, Words.END_OF_TEXT, CONFIG));
  }

  private String configuredEnd() {
    Path config = path.resolveSibling(CONFIG);
    if (!Files.exists(config)) {
      return null;
    }
    JsonNode end = parse(config).path("eos_token");
    return end.path("content").asString(end.asString(null)); // a token, or an object with one
  }

  private static JsonNode parse(Path file) {
    if (!Files.exists(file)) {
      throw new UserException(file + ": no such file");
    }
    try {
      return MAPPER.readTree(InputFile.bytes(file, LARGEST_BYTES, "tokenizer"));
    } catch (JacksonException damaged) {
      throw new UserException(
          "%s: %s: not valid JSON".formatted(file, StrictJson.place(damaged)), damaged);
    }
  }
}
