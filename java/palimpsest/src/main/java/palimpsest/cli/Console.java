package palimpsest.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Where a command speaks: answers to {@code out}, progress and messages to {@code err}; both are
 * UTF-8 whatever the locale.
 *
 * @param terminal whether somebody watches {@code err}
 */
record Console(Answers out, PrintStream err, boolean terminal) {
  /** The console of this process. */
  static Console ofProcess() {
    String path = System.getProperty("palimpsest.stderr");
    if (path != null) {
      takeStandardError(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
    }
    return new Console(
        new Answers(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Boolean.getBoolean("palimpsest.stderr.terminal"));
  }

  /**
   * Until now descriptor 2 led to the launcher, which shows what the JVM said there only if this
   * last line never comes; from now on it is the user's own standard error, which the launcher kept
   * on another descriptor.
   */
  private static void takeStandardError(int users) {
    System.err.println("palimpsest: started");
    Linker linker = Linker.nativeLinker();
    MethodHandle duplicate =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("dup2"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int _ = (int) duplicate.invokeExact(users, 2);
    } catch (Throwable e) {
      throw new IllegalStateException("dup2", e);
    }
  }

  /** Standard output. It remembers that it could not be written, which a PrintStream forgets. */
  static final class Answers extends PrintStream {
    private static final Set<String> NOBODY_READS = Set.of("Broken pipe", "Bad file descriptor");

    private final Watched watched;

    Answers(OutputStream out) {
      this(new Watched(out));
    }

    private Answers(Watched out) {
      super(out, false, StandardCharsets.UTF_8);
      watched = out;
    }

    /**
     * What went wrong, if anything did; that nobody reads ({@code | head}, closed) is not wrong.
     */
    Optional<IOException> failure() {
      flush();
      return Optional.ofNullable(watched.failure)
          .filter(failure -> !NOBODY_READS.contains(failure.getMessage()));
    }
  }

  private static final class Watched extends OutputStream {
    private final OutputStream out;
    private IOException failure;

    Watched(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }
  }
}
