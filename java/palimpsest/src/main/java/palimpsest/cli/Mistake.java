package palimpsest.cli;

import java.util.Collection;
import java.util.List;
import palimpsest.base.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line about a command line that picocli could not read. */
final class Mistake {
  private static final String JAVA_TYPE = "is not an? (long|int)$";

  private Mistake() {}

  static String line(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String what =
        switch (e) {
          case UnmatchedArgumentException unmatched -> unmatched(command, unmatched);
          case MissingParameterException missing -> uncapitalised(missing.getMessage());
          default -> uncapitalised(e.getMessage()).replaceFirst(JAVA_TYPE, "is not a whole number");
        };
    return "%s %s --help".formatted(what + (what.endsWith("?") ? " See" : "; see"), name);
  }

  private static String unmatched(CommandLine command, UnmatchedArgumentException e) {
    String word = e.getUnmatched().getFirst();
    if (word.startsWith("-")) {
      String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      return "unknown option '%s'%s".formatted(option, Nearest.hint(option, options(command)));
    }
    Collection<String> commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? "'%s' is one argument too many".formatted(word)
        : "unknown command '%s'%s".formatted(word, Nearest.hint(word, commands));
  }

  private static List<String> options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .flatMap(option -> List.of(option.names()).stream())
        .filter(name -> name.startsWith("--"))
        .toList();
  }

  private static String uncapitalised(String message) {
    return message.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + message.substring(1);
  }
}
