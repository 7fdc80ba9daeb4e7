package palimpsest.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import palimpsest.base.UserException;
import palimpsest.io.InputFile;
import palimpsest.io.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Questions from anywhere: JSON lines with a {@code "prompt"} and an {@code "answer"}. Each of the
 * two is tokenised by itself, so that the border between them is a border of tokens, and the end
 * token is appended. A mistake is told with its file and line.
 */
public final class QuestionFile {
  private static final JsonMapper MAPPER = JsonMapper.builder(StrictJson.factory()).build();

  /** The longest question that any model takes is a small part of it. */
  private static final int LONGEST_LINE = 1 << 20;

  private static final String FORM = "{\"prompt\": \"...\", \"answer\": \"...\"}";

  private final Path file;
  private final Tokenizer tokenizer;
  private final int longest;

  private QuestionFile(Path file, Tokenizer tokenizer, int longest) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.longest = longest;
  }

  /**
   * Reads all questions of a file, one at least.
   *
   * @param longest the most tokens of prompt, answer and end
   */
  public static List<Question> read(Path file, Tokenizer tokenizer, int longest) {
    return new QuestionFile(file, tokenizer, longest).read();
  }

  private List<Question> read() {
    List<Question> questions = new ArrayList<>();
    InputFile.lines(
        file,
        LONGEST_LINE,
        (line, number) -> {
          if (!line.isBlank()) {
            questions.add(question(line, number));
          }
        });
    if (questions.isEmpty()) {
      throw new UserException("%s: no questions in it; a line is %s".formatted(file, FORM));
    }
    return questions;
  }

  private Question question(String line, int number) {
    JsonNode node = parse(line, number);
    String prompt = text(node, "prompt", number);
    String answer = text(node, "answer", number);
    String attribute = node.path("attribute").asString("");
    int[] promptIds = encode(prompt, "prompt", number);
    int[] answerIds = encode(answer, "answer", number);
    int[] ended = Arrays.copyOf(answerIds, answerIds.length + 1);
    ended[answerIds.length] = tokenizer.endOfText();
    Question question = new Question(number, attribute, prompt, answer, promptIds, ended);
    if (question.length() > longest) {
      throw mistake(
          number,
          "prompt, answer and end are %,d tokens; the model takes %,d"
              .formatted(question.length(), longest));
    }
    return question;
  }

  private JsonNode parse(String line, int number) {
    try {
      JsonNode node = MAPPER.readTree(line);
      if (node.isObject()) {
        return node;
      }
      throw mistake(number, "not an object; a line is " + FORM);
    } catch (JacksonException e) {
      throw mistake(number, StrictJson.place(e).replace("line 1, ", "") + ": not valid JSON");
    }
  }

  private String text(JsonNode node, String key, int number) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw mistake(number, "no \"%s\"; a line is %s".formatted(key, FORM));
    }
    if (!value.isString()) {
      throw mistake(number, "\"%s\" is not a text".formatted(key));
    }
    return value.stringValue();
  }

  private int[] encode(String text, String key, int number) {
    int[] ids;
    try {
      ids = tokenizer.encode(text);
    } catch (UserException e) {
      throw mistake(number, "\"%s\": %s".formatted(key, e.getMessage()));
    }
    if (ids.length == 0) {
      throw mistake(number, "\"%s\" is empty".formatted(key));
    }
    return ids;
  }

  private UserException mistake(int line, String what) {
    return new UserException("%s:%d: %s".formatted(file, line, what));
  }
}
