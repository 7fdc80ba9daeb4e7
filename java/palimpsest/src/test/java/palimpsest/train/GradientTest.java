package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.model.PrefixCache;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Activation;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.ops.reference.Norms;
import palimpsest.ops.reference.Tolerance;

/** The whole model's gradient, some elements of every tensor, against central differences. */
@Tag(TestDevices.CONTRACT)
class GradientTest {
  private static final int BATCH = 5;
  private static final int TIME = 7;
  private static final int VOCABULARY = 11;
  private static final int SAMPLES = 30;

  /** A first moment without memory is the gradient; nothing is clipped, and no weight moves. */
  private static final Recipe SHOW_GRADIENT = new Recipe(1, 0, 1, 0, 0, 0.999, 1e-8, 0, false, 0);

  /** A way to cut a batch; the reference's gradient serves for all. */
  private record Cut(int lanes, int passPositions) {}

  private static final Cut[] CUTS = {
    new Cut(1, 1024),
    new Cut(1, TIME),
    new Cut(2, 1024),
    new Cut(2, 2 * TIME + 3),
    new Cut(3, 1),
    new Cut(3, 1024),
    new Cut(7, 1024) // more lanes than rows
  };

  @ParameterizedTest
  @CsvSource({
    "true,  false, 0.5, full, GELU",
    "true,  true,  1.0, sparse, GELU_TANH",
    "false, false, 0.25, sparse, GELU",
    "false, true,  0.0, full, GELU_TANH",
    "true,  false, 0.5, last, GELU"
  })
  void equalsCentralDifferences(
      boolean parallel, boolean tied, double rotary, String counted, Activation activation) {
    ModelConfig config =
        new ModelConfig(2, 18, 3, 23, VOCABULARY, 9, rotary, 50, parallel, tied, 1e-5, activation);
    ParameterLayout layout = new ParameterLayout(config);
    float[] weights = ReferenceModel.randomWeights(layout, 17);
    Batch batch = batch(counted);
    ReferenceModel reference = new ReferenceModel(layout, weights);
    double loss = reference.loss(batch.tokens(), batch.targets(), BATCH, TIME);
    List<Sample> samples =
        layout.parameters().stream().map(p -> sample(p, reference, batch)).toList();
    for (Cut cut : CUTS) {
      try (Device device = TestDevices.open(cut.lanes);
          Parameters parameters = new Parameters(device, config);
          Learner learner =
              new Learner(device, parameters, PrefixCache.Budget.NONE, cut.passPositions)) {
        parameters.restore(weights);
        learner.begin(SHOW_GRADIENT, FreezePlan.NONE);
        StepReport report = learner.step(batch);
        double[] buffer = doubles(learner.moments().first());
        for (Sample sample : samples) {
          double[] here = Arrays.stream(sample.indices).mapToDouble(i -> buffer[i]).toArray();
          assertClose(
              "the gradient of %s, %s".formatted(sample.name, cut),
              Tolerance.MODEL_GRADIENT.ofFp32(),
              sample.gradient,
              here);
        }
        double tolerance = Tolerance.MODEL.ofFp32();
        assertEquals(loss, report.loss(), loss * tolerance, "loss, " + cut);
        double norm = Math.sqrt(Norms.dot(buffer, buffer));
        assertEquals(norm, report.gradientNorm(), norm * tolerance, "norm, " + cut);
        assertArrayEquals(weights, parameters.copy(), "a rate of 0 moved the weights");
      }
    }
  }

  /** Some elements of a tensor's gradient; the indices are those of the flat buffer. */
  private record Sample(String name, int[] indices, double[] gradient) {}

  private static Sample sample(Parameter parameter, ReferenceModel reference, Batch batch) {
    int size = Math.toIntExact(parameter.size());
    int[] indices =
        size <= SAMPLES
            ? IntStream.range(0, size).toArray()
            : new Random(size).ints(0, size).distinct().limit(SAMPLES).toArray();
    double[] gradient =
        reference.gradient(parameter.name(), indices, batch.tokens(), batch.targets(), BATCH, TIME);
    int offset = Math.toIntExact(parameter.offset());
    return new Sample(
        parameter.name(), Arrays.stream(indices).map(i -> offset + i).toArray(), gradient);
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /**
   * Targets everywhere, at a third of the positions with one row left out (what every lane divides
   * by is not its own count), or at the end of each row.
   */
  private static Batch batch(String counted) {
    Random random = new Random(23);
    int[] tokens = random.ints(BATCH * TIME, 0, VOCABULARY).toArray();
    int[] targets = random.ints(BATCH * TIME, 0, VOCABULARY).toArray();
    for (int n = 0; n < targets.length; n++) {
      boolean counts =
          switch (counted) {
            case "full" -> true;
            case "sparse" -> n >= TIME && random.nextInt(3) == 0;
            case "last" -> n % TIME == TIME - 1;
            default -> throw new IllegalArgumentException(counted);
          };
      targets[n] = counts ? targets[n] : Batch.IGNORED;
    }
    return new Batch(BATCH, TIME, tokens, targets);
  }
}
