package palimpsest.cli;

import java.io.UncheckedIOException;
import palimpsest.base.EnvironmentException;
import palimpsest.base.RunException;
import palimpsest.base.StoppedException;
import palimpsest.base.UserException;
import palimpsest.cuda.CudaException;
import picocli.CommandLine.ParameterException;

/** How a command ended that did not end well: the exit code, and the one line that says why. */
record Failure(int code, String line) {
  static final int RUN = 1;
  static final int USER = 2;
  static final int ENVIRONMENT = 3;
  static final int INTERRUPTED = 130;

  static Failure of(Throwable thrown) {
    return switch (thrown) {
      case ParameterException e -> new Failure(USER, Mistake.line(e));
      case UserException e -> new Failure(USER, e.getMessage());
      case EnvironmentException e -> new Failure(ENVIRONMENT, e.getMessage());
      case RunException e -> new Failure(RUN, e.getMessage());
      case StoppedException e -> new Failure(INTERRUPTED, e.getMessage());
      case CudaException e -> new Failure(RUN, e.getMessage());
      case UncheckedIOException e -> new Failure(RUN, e.getCause().toString());
      case OutOfMemoryError e -> new Failure(RUN, outOfMemory(e));
      default -> new Failure(RUN, unexpected(thrown));
    };
  }

  /** One line, whatever a library put into its message. */
  Failure {
    line = "palimpsest: " + line.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String outOfMemory(OutOfMemoryError error) {
    return "out of memory (%s): a smaller model, batch or --threads needs less"
        .formatted(error.getMessage());
  }

  private static String unexpected(Throwable thrown) {
    String said = thrown.getMessage() == null ? "" : ": " + thrown.getMessage().strip();
    return "a fault in Palimpsest: %s%s; --debug shows the stack trace"
        .formatted(thrown.getClass().getSimpleName(), said);
  }
}
