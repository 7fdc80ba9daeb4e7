package palimpsest.analysis.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.train.Learner;
import palimpsest.train.QuestionGradients;
import palimpsest.train.Recipe;

@Tag(TestDevices.CONTRACT)
class MeanFisherTest {
  private static final int VOCABULARY = 13;
  private static final ModelConfig CONFIG =
      new ModelConfig(2, 12, 2, 20, VOCABULARY, 16, 0.5, 10000, true, false, 1e-5);

  /** A first moment without memory is the gradient; nothing is clipped, and no weight moves. */
  private static final Recipe SHOW_GRADIENT = new Recipe(1, 0, 1, 0, 0, 0.999, 1e-8, 0, false, 0);

  private static final List<Question> QUESTIONS = questions(9);

  /** One question after the other through the trainer, squared element by element, averaged. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 20})
  void equalsALoopOverTheQuestions(int lanes) {
    try (Device device = TestDevices.open(lanes);
        Parameters parameters = parameters(device)) {
      double[] diagonal = new double[Math.toIntExact(parameters.layout().length())];
      for (Question question : QUESTIONS) {
        double[] gradient = gradient(device, parameters, question);
        for (int j = 0; j < diagonal.length; j++) {
          diagonal[j] += gradient[j] * gradient[j] / QUESTIONS.size();
        }
      }
      List<WeightMatrix> matrices = WeightMatrix.of(parameters.layout());
      var visited = new AtomicInteger(-1);
      double[] fisher = MeanFisher.of(device, parameters, QUESTIONS, matrices, visited::set);
      double[] expected = new double[matrices.size()];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = mean(matrices.get(i), diagonal);
      }
      assertClose("mean Fisher", 1e-5, expected, fisher);
      assertEquals((QUESTIONS.size() - 1) / device.lanes() * device.lanes(), visited.get());
    }
  }

  /** Against central differences of {@code Σ log p} by the double-precision model. */
  @Test
  void gradientsAreOfTheSummedLogLikelihood() {
    try (Device device = TestDevices.open(2);
        Parameters parameters = parameters(device)) {
      var reference = new ReferenceModel(parameters.layout(), parameters.copy());
      double[][] gradients = new double[QUESTIONS.size()][];
      QuestionGradients.visit(
          device,
          parameters,
          QUESTIONS,
          (lane, ops, question, gradient) -> {
            float[] values = new float[Math.toIntExact(gradient.all().size())];
            device.read(gradient.all(), values, values.length);
            gradients[question] =
                IntStream.range(0, values.length).mapToDouble(j -> values[j]).toArray();
          });
      for (int i = 0; i < QUESTIONS.size(); i++) {
        var batch = QuestionBatches.of(List.of(QUESTIONS.get(i)));
        for (Parameter parameter : parameters.layout().parameters()) {
          int size = Math.toIntExact(parameter.size());
          int[] indices = new Random(size).ints(5, 0, size).toArray();
          double[] ofMeanLoss =
              reference.gradient(
                  parameter.name(), indices, batch.tokens(), batch.targets(), 1, batch.length());
          double[] expected = new double[indices.length];
          double[] here = new double[indices.length];
          for (int k = 0; k < indices.length; k++) {
            expected[k] = -batch.counted() * ofMeanLoss[k];
            here[k] = gradients[i][Math.toIntExact(parameter.offset()) + indices[k]];
            assertEquals(expected[k], here[k], 2e-5, parameter.name() + " of question " + i);
          }
        }
      }
    }
  }

  private static double[] gradient(Device device, Parameters parameters, Question question) {
    try (var learner = new Learner(device, parameters)) {
      learner.begin(SHOW_GRADIENT, FreezePlan.NONE);
      var batch = QuestionBatches.of(List.of(question));
      learner.step(batch);
      float[] ofMean = learner.moments().first();
      return IntStream.range(0, ofMean.length)
          .mapToDouble(j -> ofMean[j] * batch.counted())
          .toArray();
    }
  }

  private static double mean(WeightMatrix matrix, double[] diagonal) {
    Parameter tensor = matrix.parameter();
    int inputs = tensor.shape()[1];
    double sum = 0;
    for (int row : matrix.tensorRows()) {
      for (int j = 0; j < inputs; j++) {
        sum += diagonal[Math.toIntExact(tensor.offset()) + row * inputs + j];
      }
    }
    return sum / (matrix.tensorRows().length * inputs);
  }

  private static Parameters parameters(Device device) {
    Parameters parameters = new Parameters(device, CONFIG);
    parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 5));
    return parameters;
  }

  private static List<Question> questions(int count) {
    Random random = new Random(6);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Question(
                    i,
                    "major",
                    "a prompt",
                    "an answer",
                    random.ints(1 + random.nextInt(8), 0, VOCABULARY).toArray(),
                    random.ints(1 + random.nextInt(4), 0, VOCABULARY).toArray()))
        .toList();
  }
}
