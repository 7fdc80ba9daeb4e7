package palimpsest.cli;

import java.nio.file.Path;
import java.util.List;
import palimpsest.lab.Continuations;
import palimpsest.ops.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code palimpsest generate}. */
@Command(
    name = "generate",
    description = "Continues a text with a model, and prints what follows it.",
    footer = {
      "%nExample:",
      "  palimpsest generate --model runs/tiny/checkpoints/seed-1/task0/last \\",
      "      --prompt $'What is the major of Quincy Magnolia Fairbrook?\\nAnswer:'"
    })
final class GenerateCommand implements Runnable {
  private final Context context;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A GPT-NeoX folder: config.json, model.safetensors, tokenizer.json.")
  private Path model;

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "The text to continue; give several to continue them together.")
  private List<String> prompts;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Tokens to write at most (default: as many as fit, up to 64).")
  private Integer tokens;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      defaultValue = "0",
      description = "0 takes the most likely token each time (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the draws at a temperature above 0 (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private DeviceOptions device;

  GenerateCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    var wish = new Continuations(tokens, temperature, seed);
    try (Device opened = device.open(context.console().err()::println)) {
      wish.of(prompts, model, opened, context.stop()).forEach(context.console().out()::println);
    }
  }
}
