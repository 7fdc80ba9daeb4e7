package palimpsest.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import palimpsest.data.Question;
import palimpsest.train.Scored;

/**
 * Notices when a task is known to certain shares, without asking every question every time.
 *
 * <p>A look asks a fixed sample, the first questions. If that scores less than four standard errors
 * below the lowest share not reached yet, or above it, the others are asked, part by part, until
 * too many are wrong for the share. A high share forbids few wrong answers, so those that were
 * wrong last time come first; a lower one would need most questions asked, so they come in their
 * order, and no more are asked once those asked so far score four standard errors below it. So a
 * share is never seen too early: whenever one is reached, all questions have been asked. It is seen
 * too late only where those asked are four standard errors worse than all. The score shown for a
 * look is that of all questions if all were asked, else that of the sample; and then it is below
 * the share not reached, for where the sample says otherwise the rest is asked as well.
 */
final class Milestones {
  private static final int CHUNK = 256;

  /** Standard errors; a sample so far below a share says for all that it is not reached. */
  private static final double FAR = 4;

  /** From here on asking what was wrong last time settles it soonest. */
  private static final double HIGH = 0.9;

  private final List<Question> questions;
  private final int sample;
  private final TreeSet<Double> ahead;
  private final boolean[] wrongLast;

  /**
   * @param sample how many questions are asked at every look
   * @param thresholds shares of exact matches, each above 0 and at most 1
   */
  Milestones(List<Question> questions, int sample, Collection<Double> thresholds) {
    this.questions = questions;
    this.sample = Math.min(sample, questions.size());
    this.wrongLast = new boolean[questions.size()];
    this.ahead = new TreeSet<>(thresholds);
  }

  /**
   * What one look saw.
   *
   * @param scored the questions that the score is to be taken from, in their order
   * @param reached thresholds met for the first time, from low to high
   */
  record Look(List<Scored> scored, List<Double> reached) {}

  /**
   * What the looks so far have left.
   *
   * @param ahead thresholds not reached yet
   * @param wrongLast numbers of the questions that were wrong when asked last
   */
  record State(List<Double> ahead, List<Integer> wrongLast) {}

  State state() {
    List<Integer> wrong =
        IntStream.range(0, wrongLast.length).filter(i -> wrongLast[i]).boxed().toList();
    return new State(List.copyOf(ahead), wrong);
  }

  /** Goes on where another's looks were. */
  void goOn(State state) {
    ahead.retainAll(state.ahead());
    Arrays.fill(wrongLast, false);
    state.wrongLast().forEach(number -> wrongLast[number] = true);
  }

  Look look(Function<List<Question>, List<Scored>> score) {
    var answers = new Scored[questions.size()];
    ask(numbers(0, sample), answers, score);
    if (ahead.isEmpty() || !askTheRest(answers, score)) {
      return new Look(List.of(Arrays.copyOf(answers, sample)), List.of());
    }
    List<Double> reached = new ArrayList<>();
    int right = questions.size() - wrong(answers);
    while (!ahead.isEmpty() && right >= needed(ahead.first(), questions.size())) {
      reached.add(ahead.pollFirst());
    }
    return new Look(List.of(answers), reached);
  }

  /** Asks on, until it is clear that the next share is not reached; whether all were asked. */
  private boolean askTheRest(Scored[] answers, Function<List<Question>, List<Scored>> score) {
    double next = ahead.first();
    int mayBeWrong = questions.size() - needed(next, questions.size());
    if (farBelow(next, sample, answers)) {
      return false;
    }
    boolean sampleReachesIt = sample - wrong(answers) >= needed(next, sample);
    List<Integer> rest = numbers(sample, questions.size());
    if (next >= HIGH) {
      rest.sort((a, b) -> Boolean.compare(wrongLast[b], wrongLast[a]));
    }
    for (int from = 0; from < rest.size(); from += CHUNK) {
      boolean settled =
          wrong(answers) > mayBeWrong || (next < HIGH && farBelow(next, sample + from, answers));
      if (!sampleReachesIt && settled) {
        return false;
      }
      ask(rest.subList(from, Math.min(from + CHUNK, rest.size())), answers, score);
    }
    return true;
  }

  /**
   * Whether the first n questions, all of them asked, tell that all N do not reach a share p: they
   * score less than {@code p n − 4 √(p (1 − p) n (1 − n/N))}.
   */
  private boolean farBelow(double p, int n, Scored[] answers) {
    double unasked = 1 - n / (double) questions.size();
    return n - wrong(answers) < p * n - FAR * Math.sqrt(p * (1 - p) * n * unasked);
  }

  private void ask(
      List<Integer> numbers, Scored[] answers, Function<List<Question>, List<Scored>> score) {
    List<Scored> given = score.apply(numbers.stream().map(questions::get).toList());
    for (int i = 0; i < given.size(); i++) {
      answers[numbers.get(i)] = given.get(i);
      wrongLast[numbers.get(i)] = !given.get(i).exactMatch();
    }
  }

  private static int wrong(Scored[] answers) {
    int wrong = 0;
    for (Scored answer : answers) {
      wrong += answer != null && !answer.exactMatch() ? 1 : 0;
    }
    return wrong;
  }

  /** The fewest right answers that make a share; the small number forgives 0.07 * 100 > 7. */
  private static int needed(double share, int questions) {
    return (int) Math.ceil(share * questions - 1e-9);
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().collect(Collectors.toCollection(ArrayList::new));
  }
}
