package palimpsest.lab;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import palimpsest.data.Question;
import palimpsest.report.Results;

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
  public static final String TRAIN = "train";
  public static final String DEV = "dev";
  public static final String TEST = "test";

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

  /** As it stands in results. */
  Results.Task described() {
    return new Results.Task(number, name, kind.text());
  }

  /** The split that reported numbers are taken on. */
  public String reportedSplit() {
    return kind == Kind.MEMORISE ? TRAIN : TEST;
  }

  /** The split that curves show and stopping looks at. */
  public String watchedSplit() {
    return kind == Kind.MEMORISE ? TRAIN : DEV;
  }

  /** The questions of a split. */
  public List<Question> split(String name) {
    return switch (name) {
      case TRAIN -> train;
      case DEV -> dev;
      case TEST -> test;
      default -> throw new IllegalArgumentException("there is no split " + name);
    };
  }

  /** The questions of a split about its first so many subjects; about all of them for 0. */
  public List<Question> firstSubjects(String split, int subjects) {
    if (subjects == 0) {
      return split(split);
    }
    Set<Integer> seen = new HashSet<>();
    var chosen = new ArrayList<Question>();
    for (Question question : split(split)) {
      seen.add(question.subject());
      if (seen.size() > subjects) {
        break;
      }
      chosen.add(question);
    }
    return chosen;
  }
}
