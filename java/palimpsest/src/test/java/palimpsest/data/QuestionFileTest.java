package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.UserException;

final class QuestionFileTest {
  @TempDir private Path folder;

  /** The ids of lower-case letters are 1 to 26; 0 is the end. */
  private static final Tokenizer LETTERS =
      new Tokenizer() {
        @Override
        public int[] encode(String text) {
          return text.chars()
              .map(
                  letter -> {
                    if (letter < 'a' || letter > 'z') {
                      throw new UserException("unknown letter " + (char) letter);
                    }
                    return letter - 'a' + 1;
                  })
              .toArray();
        }

        @Override
        public String decode(int[] ids) {
          throw new UnsupportedOperationException();
        }

        @Override
        public int vocabulary() {
          return 27;
        }

        @Override
        public int endOfText() {
          return 0;
        }

        @Override
        public void save(Path target) {
          throw new UnsupportedOperationException();
        }
      };

  private List<Question> read(String content, int longest) throws Exception {
    return QuestionFile.read(
        Files.writeString(folder.resolve("q.jsonl"), content), LETTERS, longest);
  }

  @Test
  void promptAnswerAndEndAreJoined() throws Exception {
    List<Question> questions =
        read(
            """
            {"prompt": "ab", "answer": "c"}

            {"person": 7, "attribute": "major", "answer": "zy", "prompt": "x"}
            """,
            5);
    assertEquals(2, questions.size());
    assertArrayEquals(new int[] {1, 2}, questions.get(0).promptIds());
    assertArrayEquals(new int[] {3, 0}, questions.get(0).answerIds());
    assertEquals("major", questions.get(1).attribute());
    assertArrayEquals(new int[] {26, 25, 0}, questions.get(1).answerIds());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {"prompt": "a"}                  => no "answer"; a line is {"prompt": "...", "answer": "..."}
          {"prompt": 3, "answer": "b"}     => "prompt" is not a text
          {"prompt": "a", "answer": ""}    => "answer" is empty
          {"prompt": "a", "answer": "B"}   => "answer": unknown letter B
          {"prompt": "abc", "answer": "b"} => prompt, answer and end are 5 tokens; the model takes 4
          {"prompt": "a", "answer": "b     => column 29: not valid JSON
          ["a", "b"]                       => not an object; a line is {"prompt": "...", "answer": "..."}
          """)
  void aMistakeNamesItsLine(String line, String said) {
    String content = "{\"prompt\": \"a\", \"answer\": \"b\"}\n\n" + line + "\n";
    UserException mistake = assertThrows(UserException.class, () -> read(content, 4));
    assertEquals(folder.resolve("q.jsonl") + ":3: " + said, mistake.getMessage());
  }

  @Test
  void aFileWithoutQuestionsIsAMistake() {
    UserException mistake = assertThrows(UserException.class, () -> read("\n \n", 9));
    assertTrue(mistake.getMessage().contains("q.jsonl: no questions in it"), mistake.getMessage());
    Path none = folder.resolve("none.jsonl");
    UserException gone =
        assertThrows(UserException.class, () -> QuestionFile.read(none, LETTERS, 9));
    assertTrue(gone.getMessage().contains("none.jsonl: cannot be read"), gone.getMessage());
  }
}
