package palimpsest.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.OneLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A {@link WordTokenizer} as a Hugging Face {@code tokenizer.json}. */
final class WordTokenizerFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Hugging Face demands a name for unknown words; one that is no word makes them an error. */
  private static final String NO_UNKNOWN = "<unknown>";

  private WordTokenizerFile() {}

  static void write(WordTokenizer tokenizer, Path folder) {
    AtomicFiles.write(folder.resolve(TokenizerJson.FILE), json(tree(tokenizer)));
    AtomicFiles.write(folder.resolve(TokenizerJson.CONFIG), json(config()));
  }

  /**
   * The tokenizer of a file, if it is one whose every part {@link WordTokenizer} does itself; other
   * files are not an error here.
   */
  static Optional<WordTokenizer> read(TokenizerJson file) {
    JsonNode tree = file.tree();
    JsonNode model = tree.path("model");
    boolean ours =
        "WordLevel".equals(model.path("type").asString(""))
            && tree.path("added_tokens").equals(tree(List.of(), "").path("added_tokens"))
            && tree.path("pre_tokenizer").equals(preTokenizer())
            && tree.path("decoder").equals(decoder())
            && tree.path("normalizer").isNull()
            && tree.path("post_processor").isNull();
    if (!ours) {
      return Optional.empty();
    }
    String unknown = model.path("unk_token").asString(NO_UNKNOWN);
    return Optional.of(new WordTokenizer(words(file, model.path("vocab")), unknown));
  }

  /** The words by id; every id from 0 must be there once. */
  private static List<String> words(TokenizerJson file, JsonNode vocabulary) {
    String[] words = new String[vocabulary.size()];
    for (var entry : vocabulary.properties()) {
      JsonNode said = entry.getValue();
      int id = said.isIntegralNumber() && said.canConvertToInt() ? said.intValue() : -1;
      if (id < 0 || id >= words.length || words[id] != null) {
        throw new UserException(
            "%s: field model.vocab.%s: the ids must be 0 to %d, each once, not %s"
                .formatted(
                    file.path(),
                    OneLine.quote(entry.getKey()),
                    words.length - 1,
                    OneLine.quote(said.toString())));
      }
      words[id] = entry.getKey();
    }
    if (words.length == 0 || !words[0].equals(Words.END_OF_TEXT)) {
      throw new UserException(
          "%s: field model.vocab: id 0 must be %s".formatted(file.path(), Words.END_OF_TEXT));
    }
    return List.of(words);
  }

  private static String json(ObjectNode tree) {
    return MAPPER.writeValueAsString(tree) + "\n";
  }

  private static ObjectNode tree(WordTokenizer tokenizer) {
    return tree(tokenizer.words(), tokenizer.unknown().orElse(NO_UNKNOWN));
  }

  private static ObjectNode tree(List<String> words, String unknown) {
    ObjectNode tree = NODES.objectNode();
    tree.put("version", "1.0").putNull("truncation").putNull("padding");
    tree.putArray("added_tokens").add(endOfText());
    tree.putNull("normalizer");
    tree.set("pre_tokenizer", preTokenizer());
    tree.putNull("post_processor");
    tree.set("decoder", decoder());
    ObjectNode model = tree.putObject("model").put("type", "WordLevel");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < words.size(); id++) {
      vocabulary.put(words.get(id), id);
    }
    model.put("unk_token", unknown);
    return tree;
  }

  private static ObjectNode endOfText() {
    return NODES
        .objectNode()
        .put("id", 0)
        .put("content", Words.END_OF_TEXT)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  /** Keeps what the expression matches and drops the rest, which is white space. */
  private static ObjectNode preTokenizer() {
    ObjectNode split = NODES.objectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", Words.EXPRESSION);
    return split.put("behavior", "Removed").put("invert", true);
  }

  private static ObjectNode decoder() {
    return NODES.objectNode().put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
  }

  private static ObjectNode config() {
    return NODES
        .objectNode()
        .put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("bos_token", Words.END_OF_TEXT)
        .put("eos_token", Words.END_OF_TEXT)
        .put("pad_token", Words.END_OF_TEXT)
        .put("clean_up_tokenization_spaces", false);
  }
}
