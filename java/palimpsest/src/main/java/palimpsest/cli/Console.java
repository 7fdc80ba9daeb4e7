package palimpsest.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a command speaks: answers to {@code out}, progress and messages to {@code err}; both are
 * UTF-8 whatever the locale.
 *
 * @param terminal whether somebody watches {@code err}
 */
record Console(Answers out, PrintStream err, boolean terminal) {
  /**
   * The console of this process. The launcher keeps the real standard error on a descriptor of its
   * own, away from what the JVM says to descriptor 2, and names it in {@code palimpsest.stderr}.
   */
  static Console ofProcess() {
    Answers out = new Answers(new FileOutputStream(FileDescriptor.out));
    String path = System.getProperty("palimpsest.stderr");
    OutputStream err = path == null ? new FileOutputStream(FileDescriptor.err) : open(path);
    return new Console(
        out,
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Boolean.getBoolean("palimpsest.stderr.terminal"));
  }

  /** Appends, for standard error may be a file that others write to. */
  private static OutputStream open(String path) {
    try {
      return new FileOutputStream(path, true);
    } catch (IOException _) {
      // A socket cannot be opened by its path: let descriptor 2 be it.
      duplicate(path);
      return new FileOutputStream(FileDescriptor.err);
    }
  }

  private static void duplicate(String path) {
    int descriptor = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor signature =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    try {
      int ignored =
          (int)
              linker
                  .downcallHandle(linker.defaultLookup().findOrThrow("dup2"), signature)
                  .invokeExact(descriptor, 2);
    } catch (Throwable e) {
      throw new IllegalStateException("standard error is nowhere to be found: " + path, e);
    }
  }

  /** Standard output. It remembers that it could not be written, which a PrintStream forgets. */
  static final class Answers extends PrintStream {
    private final Watched watched;

    Answers(OutputStream out) {
      this(new Watched(out));
    }

    private Answers(Watched out) {
      super(out, false, StandardCharsets.UTF_8);
      watched = out;
    }

    /** What went wrong, if anything did; that nobody reads on ({@code | head}) is not wrong. */
    Optional<IOException> failure() {
      flush();
      return Optional.ofNullable(watched.failure)
          .filter(failure -> !"Broken pipe".equals(failure.getMessage()));
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
