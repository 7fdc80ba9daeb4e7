package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.data.Question;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.ops.reference.Tolerance;

@Tag(TestDevices.CONTRACT)
class HiddenStatesTest {
  private static final int VOCABULARY = 31;

  /** By the double-precision model, one sequence at a time; whatever it was read beside. */
  @ParameterizedTest
  @CsvSource({
    "1, 1024, true, 3",
    "2, 50, true, 3",
    "3, 1, true, 1",
    "2, 50, false, 3",
    "7, 1024, false, 1"
  })
  void equalTheReference(int lanes, int passPositions, boolean parallel, int layers) {
    var config =
        new ModelConfig(layers, 24, 3, 50, VOCABULARY, 40, 0.5, 10000, parallel, false, 1e-5);
    Random random = new Random(3);
    List<int[]> sequences =
        IntStream.range(0, 40)
            .mapToObj(i -> random.ints(1 + random.nextInt(25), 0, VOCABULARY).toArray())
            .toList();
    try (Device device = TestDevices.open(lanes);
        Parameters parameters = new Parameters(device, config)) {
      float[] weights = ReferenceModel.randomWeights(parameters.layout(), 4);
      parameters.restore(weights);
      var reference = new ReferenceModel(parameters.layout(), weights);
      double[][][] states = HiddenStates.atLastTokens(device, parameters, sequences, passPositions);
      assertEquals(layers + 1, states.length);
      for (int i = 0; i < sequences.size(); i++) {
        int time = sequences.get(i).length;
        double[][] expected = reference.hiddenStates(sequences.get(i), 1, time);
        for (int depth = 0; depth <= layers; depth++) {
          assertClose(
              "hidden state %d of sequence %d".formatted(depth, i),
              Tolerance.MODEL.ofFp32(),
              Arrays.copyOfRange(expected[depth], (time - 1) * 24, time * 24),
              states[depth][i]);
        }
      }
    }
  }

  @Test
  void ofAQuestionAreThoseOfItsPrompt() {
    var config = new ModelConfig(2, 24, 3, 50, VOCABULARY, 40, 0.5, 10000, true, false, 1e-5);
    try (Device device = TestDevices.open(1);
        Parameters parameters = new Parameters(device, config)) {
      parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 4));
      int[] prompt = {5, 1, 30};
      var question = new Question(0, "major", "a prompt", "an answer", prompt, new int[] {7, 2});
      double[][][] ofQuestion = HiddenStates.atPromptEnds(device, parameters, List.of(question));
      double[][][] ofPrompt = HiddenStates.atLastTokens(device, parameters, List.of(prompt));
      assertEquals(Arrays.deepToString(ofPrompt), Arrays.deepToString(ofQuestion));
    }
  }
}
