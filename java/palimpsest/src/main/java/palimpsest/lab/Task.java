package palimpsest.lab;

import java.util.List;
import java.util.Locale;
import palimpsest.data.Question;

/**
 * One task of a stream: questions to learn from and questions to be judged by.
 *
 * @param number its place in the stream, from 0
 * @param train what is trained on
 * @param dev held out; curves, early stopping and tuning read these; empty if the task memorises
 * @param test held out; reported numbers are taken on these; empty if the task memorises
 */
public record Task(
    int number,
    String name,
    Kind kind,
    List<Question> train,
    List<Question> dev,
    List<Question> test) {

  /** What learning the task means. */
  public enum Kind {
    /** Answering about subjects whose questions were never trained on. */
    GENERALISE,
    /** Answering the very questions trained on: the knowledge itself is new. */
    MEMORISE;

    /** As written in results. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Task {
    train = List.copyOf(train);
    dev = List.copyOf(dev);
    test = List.copyOf(test);
  }

  /** The questions that reported numbers are taken on. */
  public List<Question> reported() {
    return kind == Kind.MEMORISE ? train : test;
  }

  /** The name of the split of {@link #reported}. */
  public String reportedSplit() {
    return kind == Kind.MEMORISE ? "train" : "test";
  }
}
