package palimpsest.train;

import palimpsest.data.Question;

/**
 * One question after one teacher-forced pass. Greedy decoding gives the right answer exactly when
 * every teacher-forced argmax over answer and end is right.
 *
 * @param predicted argmax at each answer position, the end's included
 * @param loss mean negative log-likelihood over answer and end tokens, in nats
 */
public record Scored(Question question, int[] predicted, double loss) {
  public boolean firstToken() {
    return predicted[0] == question.answerIds()[0];
  }

  public boolean exactMatch() {
    return java.util.Arrays.equals(predicted, question.answerIds());
  }
}
