package palimpsest.train;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import palimpsest.base.StopRequest;
import palimpsest.base.UserException;
import palimpsest.model.Decoder;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;

/** Continues texts with a model. */
public final class Generator {
  private final Device device;
  private final Parameters parameters;
  private final int end;
  private final Sampling sampling;
  private final RandomGenerator random;
  private final StopRequest stop;

  /**
   * @param end the token that ends a text
   * @param random drawn from as the sampling needs it
   * @param stop looked at before each token
   */
  public Generator(
      Device device,
      Parameters parameters,
      int end,
      Sampling sampling,
      RandomGenerator random,
      StopRequest stop) {
    this.device = device;
    this.parameters = parameters;
    this.end = end;
    this.sampling = sampling;
    this.random = random;
    this.stop = stop;
  }

  /**
   * What follows each prompt: {@code tokens} tokens at most, fewer where the end token comes first
   * (which is left out).
   *
   * @throws UserException if a prompt is empty, or prompt and tokens exceed the model's positions
   */
  public int[][] generate(int[][] prompts, int tokens) {
    int longest = 0;
    for (int[] prompt : prompts) {
      if (prompt.length == 0) {
        throw new UserException("an empty prompt: give at least one token to continue from");
      }
      longest = Math.max(longest, prompt.length);
    }
    int positions = parameters.config().positions();
    if (longest + tokens > positions) {
      throw new UserException(
          "a prompt of %d tokens and %d more exceed the model's %d positions; ask for %d at most"
              .formatted(longest, tokens, positions, Math.max(0, positions - longest)));
    }
    int[][] written = new int[prompts.length][tokens];
    int[] lengths = new int[prompts.length];
    boolean[] ended = new boolean[prompts.length];
    try (Decoder decoder = new Decoder(device, parameters, prompts.length, longest + tokens)) {
      float[][] logits = tokens == 0 ? null : decoder.start(prompts);
      for (int step = 0; step < tokens && !allOf(ended); step++) {
        stop.check();
        int[] chosen = new int[prompts.length];
        for (int b = 0; b < prompts.length; b++) {
          chosen[b] = ended[b] ? end : sampling.choose(logits[b], random);
          ended[b] |= chosen[b] == end;
          if (!ended[b]) {
            written[b][lengths[b]++] = chosen[b];
          }
        }
        if (step + 1 < tokens && !allOf(ended)) {
          logits = decoder.next(chosen);
        }
      }
    }
    for (int b = 0; b < prompts.length; b++) {
      written[b] = Arrays.copyOf(written[b], lengths[b]);
    }
    return written;
  }

  private static boolean allOf(boolean[] flags) {
    for (boolean flag : flags) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }
}
