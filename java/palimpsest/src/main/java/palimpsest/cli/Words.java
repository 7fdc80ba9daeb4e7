package palimpsest.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Numbers as a reader of progress wants them, and what was asked for. */
final class Words {
  private Words() {}

  /** {@code 0.4 s}, {@code 14 s}, {@code 2 min 05 s}, {@code 3 h 20 min}. */
  static String of(Duration duration) {
    long seconds = duration.plusMillis(500).toSeconds();
    if (duration.toMillis() < 9_950) {
      return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return "%d min %02d s".formatted(seconds / 60, seconds % 60);
    }
    return "%d h %02d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  /** {@code 40 s}, {@code 3 min}, {@code 2.5 h}: no more is known beforehand. */
  static String about(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    if (seconds < 90) {
      return "%.0f s".formatted(Math.max(10, Math.ceil(seconds / 10) * 10));
    }
    return seconds < 5400 ? "%.0f min".formatted(seconds / 60) : "%.1f h".formatted(seconds / 3600);
  }

  /** What the user typed. */
  static String command(CommandSpec spec) {
    CommandLine program = spec.commandLine();
    while (program.getParent() != null) {
      program = program.getParent();
    }
    List<String> words = new ArrayList<>();
    words.add("palimpsest");
    words.addAll(program.getParseResult().originalArgs());
    return String.join(" ", words);
  }

  /** {@code 950}, {@code 53.1k}, {@code 1.2M}. */
  static String rate(double perSecond) {
    if (perSecond < 1e3) {
      return "%.0f".formatted(perSecond);
    }
    return perSecond < 1e6
        ? "%.1fk".formatted(perSecond / 1e3)
        : "%.1fM".formatted(perSecond / 1e6);
  }
}
