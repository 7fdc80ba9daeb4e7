package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;
import palimpsest.model.MemoryUse;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;

@Tag(TestDevices.CONTRACT)
class ScoringTest {
  private static final int VOCABULARY = 31;
  private static final ModelConfig CONFIG =
      new ModelConfig(2, 24, 3, 50, VOCABULARY, 40, 0.5, 10000, true, false, 1e-5);

  /** Mean losses in nats, of answers of a few tokens. */
  private static final double TOLERANCE = 1e-5;

  /** Loss and best guess at each answer position, by the double-precision model alone. */
  @Test
  void equalsTheReference() {
    try (Device device = TestDevices.open(2);
        Parameters parameters = parameters(device);
        Learner learner = new Learner(device, parameters, MemoryUse.USUAL, 100)) {
      ReferenceModel reference = new ReferenceModel(parameters.layout(), parameters.copy());
      List<Question> questions = questions(40);
      List<Scored> scored = learner.score(questions);
      for (int i = 0; i < questions.size(); i++) {
        Question question = questions.get(i);
        int[] answer = question.answerIds();
        int[] tokens =
            IntStream.concat(Arrays.stream(question.promptIds()), Arrays.stream(answer)).toArray();
        int[] targets = new int[tokens.length];
        Arrays.fill(targets, Batch.IGNORED);
        int first = question.promptIds().length - 1;
        System.arraycopy(answer, 0, targets, first, answer.length);
        double loss = reference.loss(tokens, targets, 1, tokens.length);
        int[] guesses = guesses(reference.logits(tokens, 1, tokens.length), first, answer.length);

        Scored score = scored.get(i);
        assertSame(question, score.question());
        assertEquals(loss, score.loss(), TOLERANCE, "loss of question " + i);
        assertArrayEquals(guesses, score.predicted(), "guesses at question " + i);
        assertEquals(guesses[0] == answer[0], score.firstToken());
        assertEquals(Arrays.equals(guesses, answer), score.exactMatch());
      }
    }
  }

  private static int[] guesses(double[] logits, int first, int count) {
    int[] guesses = new int[count];
    for (int i = 0; i < count; i++) {
      int row = (first + i) * VOCABULARY;
      for (int v = 1; v < VOCABULARY; v++) {
        guesses[i] = logits[row + v] > logits[row + guesses[i]] ? v : guesses[i];
      }
    }
    return guesses;
  }

  /** Other companions in a batch, other padding, another lane. */
  @ParameterizedTest
  @CsvSource({"1, 1024", "2, 1024", "3, 50", "2, 1"})
  void companionsAndOrderDoNotMatter(int lanes, int passPositions) {
    List<Question> questions = questions(60);
    List<Scored> alone = new ArrayList<>();
    try (Device device = TestDevices.open(1);
        Parameters parameters = parameters(device);
        Learner learner = new Learner(device, parameters)) {
      questions.forEach(question -> alone.addAll(learner.score(List.of(question))));
    }
    try (Device device = TestDevices.open(lanes);
        Parameters parameters = parameters(device);
        Learner learner = new Learner(device, parameters, MemoryUse.USUAL, passPositions)) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, questions.size()).boxed().toList());
      Collections.shuffle(order, new Random(7));
      List<Scored> together = learner.score(order.stream().map(questions::get).toList());
      for (int i = 0; i < order.size(); i++) {
        Scored expected = alone.get(order.get(i));
        assertSame(expected.question(), together.get(i).question());
        assertArrayEquals(expected.predicted(), together.get(i).predicted());
        assertEquals(expected.loss(), together.get(i).loss(), TOLERANCE);
      }
    }
  }

  /** Also where it needs a larger arena than training does, and before the first step. */
  @ParameterizedTest
  @CsvSource({"0", "1"})
  void scoringDoesNotDisturbTraining(int frozen) {
    float[] undisturbed = train(frozen, false);
    assertArrayEquals(undisturbed, train(frozen, true), "weights after scoring in between");
  }

  private static float[] train(int frozen, boolean scoring) {
    List<Question> questions = questions(90);
    Random random = new Random(2);
    try (Device device = TestDevices.open(2);
        Parameters parameters = parameters(device);
        Learner learner = new Learner(device, parameters)) {
      if (scoring) {
        learner.score(questions.subList(0, 3));
      }
      learner.begin(
          new Recipe(30, 3e-3, 0.1, 5, 0.9, 0.999, 1e-8, 0.1, false, 1),
          frozen == 0 ? FreezePlan.NONE : FreezePlan.bottom(frozen));
      for (int step = 0; step < 30; step++) {
        int[] tokens = random.ints(3 * 11, 0, VOCABULARY).toArray();
        learner.step(new Batch(3, 11, tokens, random.ints(3 * 11, -1, VOCABULARY).toArray()));
        if (scoring && step % 5 == 0) {
          learner.score(questions.subList(0, 1 + 3 * step));
        }
      }
      return parameters.copy();
    }
  }

  @Test
  void noQuestionsAreNoScores() {
    try (Device device = TestDevices.open(2);
        Parameters parameters = parameters(device);
        Learner learner = new Learner(device, parameters)) {
      assertEquals(List.of(), learner.score(List.of()));
    }
  }

  private static Parameters parameters(Device device) {
    Parameters parameters = new Parameters(device, CONFIG);
    parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 4));
    return parameters;
  }

  /** Prompts of 1 to 25 tokens, answers of 1 to 5. */
  private static List<Question> questions(int count) {
    Random random = new Random(3);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Question(
                    i,
                    "birth_city",
                    "a prompt",
                    "an answer",
                    random.ints(1 + random.nextInt(25), 0, VOCABULARY).toArray(),
                    random.ints(1 + random.nextInt(5), 0, VOCABULARY).toArray()))
        .toList();
  }
}
