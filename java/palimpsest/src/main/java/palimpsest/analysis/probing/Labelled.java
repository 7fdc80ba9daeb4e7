package palimpsest.analysis.probing;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/**
 * Examples of one attribute: which of the hidden states they are, and the class of each.
 *
 * @param train places of the examples to learn from
 * @param test places of the examples to be judged by
 * @param trainClasses of each of {@code train}, in {@code [0, classes)}
 * @param testClasses of each of {@code test}
 */
public record Labelled(
    int[] train, int[] test, int[] trainClasses, int[] testClasses, int classes) {

  /**
   * With labels of any kind.
   *
   * @param labels of all places
   */
  public static Labelled of(int[] train, int[] test, int[] labels) {
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] trainClasses = new int[train.length];
    int[] testClasses = new int[test.length];
    for (int i = 0; i < train.length; i++) {
      trainClasses[i] = numbers.computeIfAbsent(labels[train[i]], _ -> numbers.size());
    }
    for (int i = 0; i < test.length; i++) {
      testClasses[i] = numbers.computeIfAbsent(labels[test[i]], _ -> numbers.size());
    }
    return new Labelled(train, test, trainClasses, testClasses, numbers.size());
  }

  /** The same examples with their labels dealt out anew among all of them: nothing to be learnt. */
  public Labelled shuffled(RandomGenerator random) {
    int[] all = Arrays.copyOf(trainClasses, trainClasses.length + testClasses.length);
    System.arraycopy(testClasses, 0, all, trainClasses.length, testClasses.length);
    RandomStream.shuffle(all, random);
    return new Labelled(
        train,
        test,
        Arrays.copyOf(all, trainClasses.length),
        Arrays.copyOfRange(all, trainClasses.length, all.length),
        classes);
  }

  /** The share of tests that have the class most frequent in training. */
  public double floor() {
    int[] counts = new int[classes];
    int most = 0;
    for (int c : trainClasses) {
      counts[c]++;
      most = counts[c] > counts[most] ? c : most;
    }
    int majority = most;
    return Arrays.stream(testClasses).filter(c -> c == majority).count()
        / (double) testClasses.length;
  }

  /** The share of tests that were given their class. */
  double accuracy(int[] given) {
    int right = 0;
    for (int i = 0; i < given.length; i++) {
      right += given[i] == testClasses[i] ? 1 : 0;
    }
    return right / (double) given.length;
  }
}
