package palimpsest.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code palimpsest data}: the datasets, each a command of its own. */
@Command(
    name = "data",
    description = "Writes a dataset for other programs.",
    synopsisSubcommandLabel = "DATASET",
    commandListHeading = "%nDatasets:%n",
    footer = {"%nExample:", "  palimpsest data biography --people 1000 --out people"})
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  private DataCommand() {}

  static CommandLine with(Context context) {
    return new CommandLine(new DataCommand()).addSubcommand(new BiographyCommand(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which dataset? There is " + String.join(", ", spec.subcommands().keySet()));
  }
}
