package palimpsest.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import palimpsest.base.UserException;
import palimpsest.data.Tokenizer;
import palimpsest.data.Tokenizers;
import palimpsest.model.ModelFolder;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;

/**
 * A model of a Hugging Face folder, on a device, with the tokenizer that lies beside it. The
 * vocabulary of the model may be larger than the tokenizer's, for many are padded.
 */
public record OpenedModel(Parameters parameters, Tokenizer tokenizer) implements AutoCloseable {
  /** Opens a folder; a {@link UserException} says what is wrong with it. */
  public static OpenedModel open(Path folder, Device device) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          "%s: there is no such folder; a model is a folder with config.json, model.safetensors and"
                  .formatted(folder)
              + " tokenizer.json");
    }
    Parameters parameters = ModelFolder.open(device, folder);
    try {
      Tokenizer tokenizer = Tokenizers.load(folder);
      check(folder, parameters, tokenizer);
      return new OpenedModel(parameters, tokenizer);
    } catch (RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  private static void check(Path folder, Parameters parameters, Tokenizer tokenizer) {
    int vocabulary = parameters.config().vocabulary();
    if (tokenizer.vocabulary() > vocabulary) {
      throw new UserException(
          "%s: tokenizer.json has ids up to %d, but the model of config.json only %d"
              .formatted(folder, tokenizer.vocabulary() - 1, vocabulary));
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    parameters.close();
  }
}
