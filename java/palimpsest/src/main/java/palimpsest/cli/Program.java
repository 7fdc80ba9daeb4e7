package palimpsest.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import palimpsest.base.RunException;
import palimpsest.base.StopRequest;
import palimpsest.io.Disk;
import picocli.CommandLine;

/** The whole program inside one JVM: arguments in, exit code out. */
final class Program {
  private final Console console;
  private final StopRequest stop;

  Program(Console console, StopRequest stop) {
    this.console = console;
    this.stop = stop;
  }

  int run(String... arguments) {
    if (Disk.CURRENT.isBound()) {
      return execute(arguments);
    }
    return ScopedValue.where(Disk.CURRENT, new PatientDisk(console.err(), stop))
        .call(() -> execute(arguments));
  }

  private int execute(String... arguments) {
    boolean debug = List.of(arguments).contains("--debug");
    try {
      int code = commands(debug).execute(arguments);
      return code == 0 ? checkAnswers(debug) : code;
    } catch (RuntimeException | Error e) {
      return failed(e, debug);
    }
  }

  private CommandLine commands(boolean debug) {
    CommandLine commands = Palimpsest.commands(new Context(console, stop));
    inOrder(commands);
    commands.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    commands.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    commands.setParameterExceptionHandler((e, _) -> failed(e, debug));
    commands.setExecutionExceptionHandler((e, _, _) -> failed(e, debug));
    return commands;
  }

  /** Options are shown as a command declares them, the most used first. */
  private static void inOrder(CommandLine command) {
    command.getCommandSpec().usageMessage().sortOptions(false).sortSynopsis(false);
    command.getSubcommands().values().forEach(Program::inOrder);
  }

  private int checkAnswers(boolean debug) {
    return console
        .out()
        .failure()
        .map(e -> new RunException("standard output cannot be written: " + e.getMessage(), e))
        .map(e -> failed(e, debug))
        .orElse(0);
  }

  private int failed(Throwable thrown, boolean debug) {
    console.out().flush();
    Failure failure = Failure.of(thrown);
    console.err().println(failure.line());
    if (debug) {
      thrown.printStackTrace(console.err());
    }
    console.err().flush();
    return failure.code();
  }
}
