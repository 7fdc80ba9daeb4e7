package palimpsest.cli;

import java.nio.file.Path;
import palimpsest.base.TextTable;
import palimpsest.lab.Evaluation;
import palimpsest.ops.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code palimpsest eval}. */
@Command(
    name = "eval",
    description =
        "Asks a model the questions of a file: loss over answer and end tokens, first token and"
            + " exact match.",
    footer = {
      "%nExample:",
      "  palimpsest eval --model runs/tiny/checkpoints/seed-1/task0/last \\",
      "      --data people/questions-task0-test.jsonl --json -"
    })
final class EvalCommand implements Runnable {
  private final Context context;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A GPT-NeoX folder: config.json, model.safetensors, tokenizer.json.")
  private Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE.jsonl",
      description = "Lines of {\"prompt\": \"...\", \"answer\": \"...\"}.")
  private Path data;

  @Mixin private DeviceOptions device;
  @Mixin private JsonOutput json;

  EvalCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    json.check();
    try (Device opened = device.open(context.console().err()::println)) {
      Evaluation evaluation = Evaluation.of(model, data, opened, context.stop());
      json.write(context.console(), table(evaluation), evaluation);
    }
  }

  private static String table(Evaluation evaluation) {
    return new TextTable("questions", "loss", "first token", "exact match")
        .row(
            "%d".formatted(evaluation.questions()),
            "%.4f".formatted(evaluation.loss()),
            "%.4f".formatted(evaluation.firstToken()),
            "%.4f".formatted(evaluation.exactMatch()))
        .plain();
  }
}
