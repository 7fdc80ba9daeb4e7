package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.ops.reference.Tolerance;

@Tag(TestDevices.CONTRACT)
class TokenLossesTest {
  private static final int VOCABULARY = 31;
  private static final ModelConfig CONFIG =
      new ModelConfig(2, 24, 3, 50, VOCABULARY, 25, 0.5, 10000, true, false, 1e-5);

  /** By the double-precision model, one sequence at a time; whatever it was read beside. */
  @ParameterizedTest
  @CsvSource({"1, 1024", "2, 50", "3, 1"})
  void equalTheReference(int lanes, int passPositions) {
    Random random = new Random(3);
    List<int[]> sequences =
        IntStream.range(0, 40)
            .mapToObj(i -> random.ints(2 + random.nextInt(25), 0, VOCABULARY).toArray())
            .toList();
    try (Device device = TestDevices.open(lanes);
        Parameters parameters = new Parameters(device, CONFIG)) {
      float[] weights = ReferenceModel.randomWeights(parameters.layout(), 4);
      parameters.restore(weights);
      var reference = new ReferenceModel(parameters.layout(), weights);
      float[][] losses = TokenLosses.of(device, parameters, sequences, passPositions);
      assertEquals(sequences.size(), losses.length);
      for (int i = 0; i < losses.length; i++) {
        double[] expected = losses(reference, sequences.get(i));
        double[] found = new double[losses[i].length];
        for (int j = 0; j < found.length; j++) {
          found[j] = losses[i][j];
        }
        assertClose("losses of sequence " + i, Tolerance.MODEL.ofFp32(), expected, found);
      }
    }
  }

  private static double[] losses(ReferenceModel reference, int[] sequence) {
    int time = sequence.length - 1;
    double[] logits = reference.logits(Arrays.copyOf(sequence, time), 1, time);
    return IntStream.range(0, time)
        .mapToDouble(
            i -> {
              double sum = 0;
              for (int v = 0; v < VOCABULARY; v++) {
                sum += Math.exp(logits[i * VOCABULARY + v]);
              }
              return Math.log(sum) - logits[i * VOCABULARY + sequence[i + 1]];
            })
        .toArray();
  }
}
