package palimpsest.continual;

import static palimpsest.ops.reference.Close.assertClose;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import palimpsest.data.Question;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.ReferenceModel;

/** How much weights matter, against a loop over questions in double precision. */
class ImportanceTest {
  private static final double TOLERANCE = 2e-4; // of squares of differences
  private static final List<Question> QUESTIONS = SmallModel.task(0).subList(0, 6);

  private final SmallModel model = new SmallModel(5);
  private final ParameterLayout layout = model.learner.parameters().layout();
  private final float[] weights = ReferenceModel.randomWeights(layout, 17);
  private final TaskContext task = new TaskContext(5, 0, 0, QUESTIONS, model.learner);

  @BeforeEach
  void begin() {
    model.learner.restore(weights);
    model.lookBack(StrategyRegistry.parse("seq").begin(), 0);
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void theEmpiricalFisherSquaresEachQuestionsGradient() {
    check(Fisher.EMPIRICAL.of(task, 0), q -> square(q.slopeOfLogProbability(q.answer())) / 6);
  }

  @Test
  void theExactFisherIsAnExpectationOverAllTokensAtEachPlace() {
    check(
        Fisher.EXACT.of(task, 0),
        q -> {
          double sum = 0;
          for (int t = 0; t < q.places(); t++) {
            double[] p = q.probabilities(t);
            for (int v = 0; v < p.length; v++) {
              sum += p[v] * square(q.slopeOfLogProbability(t, v));
            }
          }
          return sum / 6;
        });
  }

  @Test
  void theSampledFisherTakesTheModelsOwnAnswers() {
    RandomGenerator random = task.random("ewc", "labels");
    List<int[]> drawn =
        QUESTIONS.stream()
            .map(
                question -> {
                  double[][] p =
                      Softmax.rows(
                          model.learner.logits(Fisher.alone(question)),
                          question.answerIds().length);
                  return Stream.of(p).mapToInt(row -> Softmax.draw(row, random)).toArray();
                })
            .toList();
    float[] fisher = Fisher.SAMPLED.of(task, 0);
    int[] places = places();
    double[] expected = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      for (int q = 0; q < QUESTIONS.size(); q++) {
        Jacobian jacobian = Jacobian.of(layout, weights, places[i], QUESTIONS.get(q));
        expected[i] += square(jacobian.slopeOfLogProbability(drawn.get(q))) / 6;
      }
    }
    assertClose("importance", TOLERANCE, expected, at(fisher, places));
  }

  /** The common mistake: one square of all questions' mean gradient. */
  @Test
  void theBatchsSquareLetsGradientsCancelFirst() {
    double tokens = QUESTIONS.stream().mapToInt(q -> q.answerIds().length).sum();
    int[] places = places();
    double[] expected = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      for (Question question : QUESTIONS) {
        Jacobian jacobian = Jacobian.of(layout, weights, places[i], question);
        expected[i] += jacobian.slopeOfLogProbability(jacobian.answer()) / tokens;
      }
      expected[i] = square(expected[i]);
    }
    assertClose("importance", TOLERANCE, expected, at(Fisher.BATCH.of(task, 0), places));
  }

  @Test
  void masTakesTheGradientOfTheLogitsNorm() {
    check(
        Mas.importance(model.learner, QUESTIONS),
        q -> {
          double sum = 0;
          for (int t = 0; t < q.places(); t++) {
            for (int v = 0; v < q.logits()[t].length; v++) {
              sum += 2 * q.logits()[t][v] * q.slopes()[t][v];
            }
          }
          return Math.abs(sum) / 6;
        });
  }

  @Test
  void ogdFollowsTheAnswersOwnLogits() {
    Question question = QUESTIONS.get(2);
    int[] places = places();
    double[] expected = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      Jacobian jacobian = Jacobian.of(layout, weights, places[i], question);
      for (int t = 0; t < jacobian.places(); t++) {
        expected[i] += jacobian.slopes()[t][question.answerIds()[t]];
      }
    }
    assertClose(
        "direction", TOLERANCE, expected, at(Ogd.direction(model.learner, question), places));
  }

  private void check(float[] importance, ToDoubleFunction<Jacobian> ofQuestion) {
    int[] places = places();
    double[] expected = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      for (Question question : QUESTIONS) {
        expected[i] += ofQuestion.applyAsDouble(Jacobian.of(layout, weights, places[i], question));
      }
    }
    assertClose("importance", TOLERANCE, expected, at(importance, places));
  }

  /** Two weights of every tensor. */
  private int[] places() {
    Random random = new Random(3);
    return layout.parameters().stream()
        .flatMap(parameter -> Stream.generate(() -> place(parameter, random)).limit(2))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int place(Parameter parameter, Random random) {
    return Math.toIntExact(parameter.offset() + random.nextLong(parameter.size()));
  }

  private static double[] at(float[] vector, int[] places) {
    return Arrays.stream(places).mapToDouble(i -> vector[i]).toArray();
  }

  private static double square(double x) {
    return x * x;
  }
}
