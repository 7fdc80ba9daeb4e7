package palimpsest.cli;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import palimpsest.base.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line about a command line that picocli could not read. */
final class Mistake {
  private Mistake() {}

  static String line(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String what =
        e instanceof UnmatchedArgumentException unmatched
            ? unmatched(command, unmatched)
            : inOurWords(e.getMessage());
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

  private static String inOurWords(String message) {
    String begun = message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    return begun
        .replaceFirst("is not an? (long|int)$", "is not a whole number")
        .replaceFirst("is not a double$", "is not a number");
  }
}
