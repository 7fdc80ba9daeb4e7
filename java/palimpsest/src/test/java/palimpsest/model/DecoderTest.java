package palimpsest.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;

@Tag(TestDevices.CONTRACT)
class DecoderTest {
  /**
   * With a cache, token by token, the logits are those of one full forward pass, at every position.
   */
  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void equalsTheFullForward(boolean parallel, boolean tied) {
    ModelConfig config = new ModelConfig(3, 40, 4, 96, 37, 24, 0.25, 10000, parallel, tied, 1e-5);
    int[][] sequences = randomSequences(new int[] {19, 24, 11}, 37);
    int[] prompts = {5, 1, 9};
    try (Device device = TestDevices.open(2);
        Parameters parameters = new Parameters(device, config)) {
      parameters.initialise(Initialisation.SMALL, 3);
      try (Decoder decoder = new Decoder(device, parameters, 3, 24)) {
        int[][] starts = new int[3][];
        for (int b = 0; b < 3; b++) {
          starts[b] = Arrays.copyOf(sequences[b], prompts[b]);
        }
        float[][] logits = decoder.start(starts);
        for (int step = 0; step < 10; step++) {
          int[] tokens = new int[3];
          for (int b = 0; b < 3; b++) {
            int position = prompts[b] + step;
            if (position <= sequences[b].length) {
              int[] read = Arrays.copyOf(sequences[b], position);
              assertArrayEquals(full(device, parameters, read), logits[b], 2e-5f);
            }
            tokens[b] = position < sequences[b].length ? sequences[b][position] : 0;
          }
          logits = decoder.next(tokens);
        }
      }
    }
  }

  private static float[] full(Device device, Parameters parameters, int[] tokens) {
    float[] logits = new float[parameters.config().vocabulary()];
    device.onEachLane(
        (lane, ops) -> {
          if (lane == 0) {
            try (Transformer model =
                new Transformer(device, ops, parameters, tokens.length, tokens.length)) {
              int[] last = {tokens.length - 1};
              device.read(
                  model.forward(tokens, 0, 1, tokens.length, last, new int[1], 1),
                  logits,
                  logits.length);
            }
          }
        });
    return logits;
  }

  private static int[][] randomSequences(int[] lengths, int vocabulary) {
    Random random = new Random(5);
    int[][] sequences = new int[lengths.length][];
    for (int b = 0; b < lengths.length; b++) {
      sequences[b] = random.ints(lengths[b], 0, vocabulary).toArray();
    }
    return sequences;
  }
}
