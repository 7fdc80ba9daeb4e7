package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import palimpsest.base.RandomStream;
import palimpsest.base.StopRequest;
import palimpsest.base.UserException;
import palimpsest.data.Tokenizer;
import palimpsest.ops.Device;
import palimpsest.train.Generator;
import palimpsest.train.Sampling;

/**
 * Texts continued by a model of a folder.
 *
 * @param tokens the most tokens to write; null for as many as fit, {@link #USUAL} at most
 * @param temperature 0 for the most likely token each time
 * @param seed of the draws at a temperature above 0
 */
public record Continuations(Integer tokens, double temperature, long seed) {
  /** Tokens written where nobody says how many. */
  public static final int USUAL = 64;

  public Continuations {
    if (tokens != null && tokens < 1) {
      throw new UserException("--tokens %d: must be 1 or more".formatted(tokens));
    }
    if (!(temperature >= 0 && temperature <= 100)) {
      throw new UserException(
          "--temperature %s: must be 0 (the most likely token) to 100".formatted(temperature));
    }
  }

  /** What follows each prompt. */
  public List<String> of(List<String> prompts, Path model, Device device, StopRequest stop) {
    try (var opened = OpenedModel.open(model, device)) {
      Tokenizer tokenizer = opened.tokenizer();
      int[][] ids = prompts.stream().map(tokenizer::encode).toArray(int[][]::new);
      var generator =
          new Generator(
              device,
              opened.parameters(),
              tokenizer.endOfText(),
              Sampling.at(temperature),
              RandomStream.of(seed, "generate"),
              stop);
      List<String> texts = new ArrayList<>();
      int length = tokens == null ? fitting(ids, opened.parameters().config().positions()) : tokens;
      for (int[] written : generator.generate(ids, length)) {
        texts.add(tokenizer.decode(written));
      }
      return texts;
    }
  }

  /** One at least: a prompt that leaves no room is then refused with its length. */
  private static int fitting(int[][] prompts, int positions) {
    int room = USUAL;
    for (int[] prompt : prompts) {
      room = Math.min(room, positions - prompt.length);
    }
    return Math.max(1, room);
  }
}
