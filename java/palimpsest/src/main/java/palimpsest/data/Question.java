package palimpsest.data;

/**
 * A prompt and the answer that is right.
 *
 * @param subject the number of the person asked about
 * @param attribute what is asked, such as {@code birth_city}
 * @param promptIds the prompt's tokens
 * @param answerIds the answer's tokens, the end token last
 */
public record Question(
    int subject, String attribute, String prompt, String answer, int[] promptIds, int[] answerIds) {
  /** Tokens of prompt, answer and end. */
  public int length() {
    return promptIds.length + answerIds.length;
  }
}
