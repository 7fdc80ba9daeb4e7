package palimpsest.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code palimpsest kernels}: what can be done with the kernels, each a command of its own. */
@Command(
    name = "kernels",
    description = "Looks at the operations of a device one by one.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "%nExample:",
      "  palimpsest kernels list --model pythia-160m --dtype bf16",
      "  palimpsest kernels check --device sim"
    })
final class KernelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  private KernelsCommand() {}

  static CommandLine with(Context context) {
    return new CommandLine(new KernelsCommand())
        .addSubcommand(new KernelsListCommand(context))
        .addSubcommand(new KernelsCheckCommand(context))
        .addSubcommand(new KernelsBenchCommand(context))
        .addSubcommand(new KernelsCompareCommand(context));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
