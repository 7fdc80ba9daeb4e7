package palimpsest.continual;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import palimpsest.data.Question;

/**
 * What a task's questions have in common as texts, and so how to tell one that a model wrote: a
 * prompt ends with the separator (the tokens with which all prompts end), the answer with the end
 * token, and together they are no longer than the longest question.
 */
final class SampleFormat {
  private final int[] separator;
  private final int end;
  private final int longest;

  private SampleFormat(int[] separator, int end, int longest) {
    this.separator = separator;
    this.end = end;
    this.longest = longest;
  }

  /** Of one question or more. */
  static SampleFormat of(List<Question> questions) {
    int[] first = questions.getFirst().promptIds();
    int common = first.length;
    int longest = 0;
    for (Question question : questions) {
      common = Math.min(common, commonEnd(first, question.promptIds()));
      longest = Math.max(longest, question.length());
    }
    int[] answer = questions.getFirst().answerIds();
    int[] separator = Arrays.copyOfRange(first, first.length - common, first.length);
    return new SampleFormat(separator, answer[answer.length - 1], longest);
  }

  private static int commonEnd(int[] a, int[] b) {
    int common = 0;
    while (common < Math.min(a.length, b.length)
        && a[a.length - 1 - common] == b[b.length - 1 - common]) {
      common++;
    }
    return common;
  }

  /** Ends an answer; stands before a text that is to be written. */
  int end() {
    return end;
  }

  /** Tokens of a text at most. */
  int longest() {
    return longest;
  }

  /**
   * The question that a text is: it has the separator once, something before it, an answer after
   * it, and its end token. Its subject is unknown, -1.
   */
  Optional<Question> parse(int[] text) {
    int at = find(text, 0);
    int answer = at + separator.length;
    boolean right =
        separator.length > 0
            && at > 0
            && find(text, at + 1) < 0
            && text.length - answer > 1
            && text[text.length - 1] == end;
    return right
        ? Optional.of(
            new Question(
                -1,
                "",
                "",
                "",
                Arrays.copyOf(text, answer),
                Arrays.copyOfRange(text, answer, text.length)))
        : Optional.empty();
  }

  /** Where the separator begins; negative if nowhere from there on. */
  private int find(int[] text, int from) {
    for (int at = from; at + separator.length <= text.length; at++) {
      if (Arrays.equals(text, at, at + separator.length, separator, 0, separator.length)) {
        return at;
      }
    }
    return -1;
  }

  StrategyState state() {
    return new StrategyState().put("separator", separator).put("end", end).put("longest", longest);
  }

  static SampleFormat load(StrategyState state) {
    return new SampleFormat(
        state.ints("separator"), (int) state.number("end"), (int) state.number("longest"));
  }
}
