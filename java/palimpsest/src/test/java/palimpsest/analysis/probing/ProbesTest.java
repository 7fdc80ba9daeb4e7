package palimpsest.analysis.probing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;
import palimpsest.data.Question;

class ProbesTest {
  private static final int WIDTH = 20;
  private static final int CLASSES = 5;
  private static final int TRAIN = 150;
  private static final int TEST = 200;
  private static final double CHANCE_ERROR = Math.sqrt(0.2 * 0.8 / TEST);

  /** Each class in a corner of its own: 1 with the labels, chance with shuffled ones. */
  @Test
  void plantedClassesAreReadAndShuffledOnesAreNot() {
    int[] labels = labels(CLASSES);
    ProbedState read = ProbedState.of(3, clusters(labels, 10, 1), List.of(split(labels)), 1);
    assertEquals(3, read.hiddenState());
    assertEquals(1, read.linear());
    assertEquals(1, read.prototype());
    assertEquals(0.2, read.linearShuffled(), 4 * CHANCE_ERROR);
    assertEquals(0.2, read.prototypeShuffled(), 4 * CHANCE_ERROR);
    assertEquals(1 - read.linearShuffled(), read.selectivity());
  }

  @Test
  void statesThatSayNothingAreReadAtChance() {
    int[] labels = labels(CLASSES);
    ProbedState read = ProbedState.of(0, clusters(labels, 0, 1), List.of(split(labels)), 1);
    assertEquals(0.2, read.linear(), 4 * CHANCE_ERROR);
    assertEquals(0.2, read.prototype(), 4 * CHANCE_ERROR);
  }

  /** Two classes apart in one direction, under strong noise common to two others. */
  @Test
  void aLinearProbeLooksThroughNoiseThatPrototypesDrownIn() {
    RandomGenerator random = Planted.random("noise");
    int[] labels = labels(2);
    double[][] states = new double[labels.length][3];
    for (int i = 0; i < labels.length; i++) {
      double common = 10 * random.nextGaussian();
      states[i][0] = common + labels[i];
      states[i][1] = common;
      states[i][2] = random.nextGaussian();
    }
    ProbedState read = ProbedState.of(0, states, List.of(split(labels)), 1);
    assertTrue(read.linear() > 0.99, "linear " + read.linear());
    assertTrue(read.prototype() < 0.7, "prototype " + read.prototype());
  }

  /** The questions of an attribute count by their number. */
  @Test
  void attributesAreProbedApart() {
    int[] labels = labels(CLASSES);
    double[][] known = clusters(labels, 10, 2);
    double[][] states = new double[2 * labels.length][];
    int[] both = new int[2 * labels.length];
    for (int i = 0; i < labels.length; i++) {
      states[i] = known[i];
      both[i] = labels[i];
      states[labels.length + i] = known[i];
      both[labels.length + i] = (labels[i] + 1) % CLASSES; // the same state, another answer
    }
    int[] train = range(0, TRAIN);
    int[] test = range(TRAIN, TRAIN + TEST);
    Labelled one = Labelled.of(train, test, both);
    Labelled other =
        Labelled.of(
            range(labels.length, labels.length + TRAIN),
            range(labels.length + TRAIN, labels.length + TRAIN + 50),
            both);
    assertEquals(1, ProbedState.of(0, states, List.of(one, other), 1).linear());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theSameSeedShufflesTheSame(long seed) {
    int[] labels = labels(CLASSES);
    double[][] states = clusters(labels, 1, 1);
    assertEquals(
        ProbedState.of(0, states, List.of(split(labels)), seed),
        ProbedState.of(0, states, List.of(split(labels)), seed));
  }

  @Test
  void labelsAreNumberedAndTheFloorIsTheMostFrequent() {
    int[] labels = {70, 70, 50, 70, 50, 90};
    Labelled labelled = Labelled.of(new int[] {0, 1, 2}, new int[] {3, 4, 5}, labels);
    assertArrayEquals(new int[] {0, 0, 1}, labelled.trainClasses());
    assertArrayEquals(new int[] {0, 1, 2}, labelled.testClasses());
    assertEquals(3, labelled.classes());
    assertEquals(1 / 3.0, labelled.floor());
  }

  /** A class that no training example has is never given. */
  @Test
  void anUnknownClassIsNeverRight() {
    int[] labels = {1, 2, 1, 2, 3, 3};
    double[][] states = {{0}, {1}, {0}, {1}, {0}, {1}};
    Labelled labelled = Labelled.of(range(0, 4), range(4, 6), labels);
    ProbedState read = ProbedState.of(0, states, List.of(labelled), 1);
    assertEquals(0, read.linear());
    assertEquals(0, read.prototype());
  }

  @Test
  void questionsAreGroupedByAttribute() {
    List<Question> train = List.of(question("major", 5), question("city", 7), question("major", 6));
    List<Question> test = List.of(question("city", 7), question("major", 6), question("major", 5));
    ProbedQuestions probed = ProbedQuestions.of(train, test);
    assertEquals(test, probed.tests());
    assertEquals(2, probed.attributes().size());
    Labelled city = probed.attributes().get(0);
    assertArrayEquals(new int[] {1}, city.train());
    assertArrayEquals(new int[] {3}, city.test());
    assertArrayEquals(new int[] {0, 2}, probed.attributes().get(1).train());
    assertEquals(2 / 3.0, probed.floor(), 1e-12);
  }

  /** By hand: {@code (P_0 − P) / (P_0 − P_random)}. */
  @Test
  void phasesAreHeldAgainstEachOther() {
    ProbingFindings.Setting setting =
        ProbingFindings.setting(
            "question",
            10,
            10,
            0.05,
            List.of(
                probed("random weights", null, 0.1, 0.0),
                probed("pretrained", null, 0.5, 0.2),
                probed("after task 0", 0, 0.9, 0.95),
                probed("step 80", 80, 0.8, 0.15),
                probed("after task 1", 900, 0.7, 0.1)));
    List<ProbingFindings.Phase> phases = setting.phases();
    assertNull(phases.get(0).relativeForgetting());
    assertNull(phases.get(1).relativeForgetting());
    assertEquals(0, phases.get(2).relativeForgetting());
    assertEquals(0.125, phases.get(3).relativeForgetting(), 1e-12);
    assertEquals(0.25, phases.get(4).relativeForgetting(), 1e-12);
    assertEquals(0.65, phases.get(3).last().aboveObserved(), 1e-12);
    assertEquals(0.7, phases.get(3).last().aboveRandom(), 1e-12);
    assertEquals(0.75, phases.get(3).last().selectivity(), 1e-12);
    assertEquals(5, setting.phases().size());
    assertEquals(5, new ProbingFindings(1, List.of(setting)).tables().getFirst().rows().size());
  }

  private static ProbingFindings.Probed probed(
      String phase, Integer step, double linear, double observed) {
    return new ProbingFindings.Probed(
        phase,
        step,
        observed,
        List.of(
            new ProbedState(0, 0.05, 0.05, 0.05, 0.05),
            new ProbedState(1, linear, 0.05, linear, 0.05)));
  }

  private static Question question(String attribute, int firstAnswerToken) {
    return new Question(
        0, attribute, "prompt", "answer", new int[] {1}, new int[] {firstAnswerToken, 0});
  }

  private static int[] labels(int classes) {
    int[] labels = new int[TRAIN + TEST];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % classes;
    }
    return labels;
  }

  private static Labelled split(int[] labels) {
    return Labelled.of(range(0, TRAIN), range(TRAIN, TRAIN + TEST), labels);
  }

  private static double[][] clusters(int[] labels, double apart, int seed) {
    RandomGenerator random = Planted.random("clusters " + seed);
    Matrix centres = Planted.gaussian(CLASSES, WIDTH, random);
    List<double[]> states = new ArrayList<>();
    for (int label : labels) {
      double[] state = new double[WIDTH];
      for (int j = 0; j < WIDTH; j++) {
        state[j] = apart * centres.at(label, j) + random.nextGaussian();
      }
      states.add(state);
    }
    return states.toArray(double[][]::new);
  }

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }
}
