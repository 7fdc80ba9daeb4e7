package palimpsest.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import palimpsest.io.Disk;

/**
 * The program, which kills itself (SIGKILL: no hook runs, nothing is cleaned up) where it is told:
 *
 * <ul>
 *   <li>{@code time:N}: after N milliseconds.
 *   <li>{@code rename:N}: when the N-th checkpoint is about to get its name.
 *   <li>{@code change:N}: before the N-th change of a file or folder.
 *   <li>{@code evaluation:N}: N milliseconds of evaluations after the first began.
 * </ul>
 */
final class ChaosMain {
  private static final int SIGKILL = 9;

  private ChaosMain() {}

  public static void main(String[] arguments) {
    String[] when = arguments[0].split(":", 2);
    int count = Integer.parseInt(when[1]);
    String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
    switch (when[0]) {
      case "time" -> after(count, () -> true);
      case "evaluation" -> after(count, evaluating(Thread.currentThread()));
      default -> {
        ScopedValue.where(Disk.CURRENT, new Fatal(when[0], count)).run(() -> Main.main(rest));
        return;
      }
    }
    Main.main(rest);
  }

  private interface Condition {
    boolean holds();
  }

  private static Condition evaluating(Thread main) {
    return () ->
        Arrays.stream(main.getStackTrace())
            .anyMatch(frame -> frame.getClassName().equals("palimpsest.lab.Examiner"));
  }

  /** Kills once a condition has held for so many milliseconds, seen every millisecond. */
  private static void after(int milliseconds, Condition condition) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              for (int held = 0; held < milliseconds; ) {
                LockSupport.parkNanos(1_000_000);
                held += condition.holds() ? 1 : 0;
              }
              kill();
            });
  }

  private record Counter(int[] left) {}

  /** A disk that kills before a change. */
  private static final class Fatal implements Disk {
    private final boolean renames;
    private final Counter counter;

    Fatal(String what, int count) {
      this.renames = what.equals("rename");
      this.counter = new Counter(new int[] {count});
    }

    @Override
    public void before(Change change, Path path) {
      boolean counts =
          !renames
              || (change == Change.MOVE && path.getFileName().toString().startsWith("resume-"));
      if (counts && --counter.left()[0] == 0) {
        kill();
      }
    }

    @Override
    public boolean waitForSpace(Path path) {
      return false;
    }
  }

  private static void kill() {
    Linker linker = Linker.nativeLinker();
    MethodHandle kill =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("kill"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int failed = (int) kill.invokeExact((int) ProcessHandle.current().pid(), SIGKILL);
      throw new IllegalStateException("alive after kill: " + failed);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
