package palimpsest.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.Parameters;

/** The ids V, V + 1, … in front of whatever is asked: where an inserted prompt stands. */
final class VirtualTokens {
  private VirtualTokens() {}

  /** The batch itself if the model has no prompt. */
  static Batch before(Batch batch, Parameters parameters) {
    int[] front = front(parameters);
    if (front.length == 0) {
      return batch;
    }
    int length = front.length + batch.length();
    int[] tokens = new int[batch.rows() * length];
    int[] targets = new int[batch.rows() * length];
    Arrays.fill(targets, Batch.IGNORED);
    for (int row = 0; row < batch.rows(); row++) {
      int from = row * batch.length();
      int to = row * length;
      System.arraycopy(front, 0, tokens, to, front.length);
      System.arraycopy(batch.tokens(), from, tokens, to + front.length, batch.length());
      System.arraycopy(batch.targets(), from, targets, to + front.length, batch.length());
    }
    return new Batch(batch.rows(), length, tokens, targets);
  }

  static List<Question> before(List<Question> questions, Parameters parameters) {
    int[] front = front(parameters);
    return questions.stream()
        .map(
            question ->
                new Question(
                    question.subject(),
                    question.attribute(),
                    question.prompt(),
                    question.answer(),
                    joined(front, question.promptIds()),
                    question.answerIds()))
        .toList();
  }

  private static int[] joined(int[] front, int[] rest) {
    int[] all = Arrays.copyOf(front, front.length + rest.length);
    System.arraycopy(rest, 0, all, front.length, rest.length);
    return all;
  }

  private static int[] front(Parameters parameters) {
    int vocabulary = parameters.config().vocabulary();
    int length = parameters.layout().insert().positions();
    return IntStream.range(vocabulary, vocabulary + length).toArray();
  }
}
