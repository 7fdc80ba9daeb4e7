package palimpsest.data;

import java.nio.IntBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The right answers to questions, by their prompts' tokens: to judge what a model wrote itself, not
 * to learn from.
 */
public final class AnswerKey {
  private final Map<IntBuffer, int[]> answers = new HashMap<>();

  public AnswerKey(Collection<Question> questions) {
    questions.forEach(
        question -> answers.put(IntBuffer.wrap(question.promptIds()), question.answerIds()));
  }

  /** The answer's tokens, the end token last; empty if nobody asks this. */
  public Optional<int[]> answer(int[] prompt) {
    return Optional.ofNullable(answers.get(IntBuffer.wrap(prompt)));
  }
}
