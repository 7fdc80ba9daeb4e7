package palimpsest.cli;

import palimpsest.base.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program's name alone: says what there is. */
@Command(
    name = "palimpsest",
    versionProvider = Palimpsest.VersionText.class,
    description = {
      "Trains language models from scratch, teaches them one task after another, and shows what"
          + " was really forgotten and what only stopped being reachable.",
    },
    synopsisHeading = "Usage: ",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  palimpsest run              the experiment on the smallest preset, in minutes",
      "  palimpsest doctor           what this machine has, how long a run takes",
      "  palimpsest COMMAND --help   options, defaults and an example of one command",
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed while running (disk, memory, numbers that are not finite)",
      "2:a mistake in the command line, a file or a configuration",
      "3:something is missing on this machine",
      "130:interrupted",
    })
@SuppressWarnings("UnusedVariable") // picocli reads the options
final class Palimpsest implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and end.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version and end.")
  private boolean version;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean debug;

  @Spec private CommandLine.Model.CommandSpec spec;

  private Palimpsest() {}

  /** The program's name with every command it has. */
  static CommandLine commands(Context context) {
    return new CommandLine(new Palimpsest())
        .addSubcommand(new RunCommand(context))
        .addSubcommand(new SweepCommand(context))
        .addSubcommand(DataCommand.with(context))
        .addSubcommand(new AnalyzeCommand(context))
        .addSubcommand(new ReportCommand(context))
        .addSubcommand(new CompareCommand(context))
        .addSubcommand(new ExportCommand(context))
        .addSubcommand(new GenerateCommand(context))
        .addSubcommand(new EvalCommand(context))
        .addSubcommand(new MetricsCommand(context))
        .addSubcommand(KernelsCommand.with(context))
        .addSubcommand(new ProfileCommand(context))
        .addSubcommand(new DoctorCommand(context));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  static final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "palimpsest %s%s, JDK %s"
            .formatted(
                Version.number(),
                Version.commit().map(" (commit %s)"::formatted).orElse(""),
                Runtime.version())
      };
    }
  }
}
