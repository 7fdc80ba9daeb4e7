package palimpsest.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Stands between the program and the file system wherever something is written that must survive:
 * it hears of every change before it is made, and is asked what to do when there is no space left.
 * Whoever wants a say binds {@link #CURRENT}.
 */
public interface Disk {
  /** Of the thread that writes; {@link #PLAIN} where nothing is bound. */
  ScopedValue<Disk> CURRENT = ScopedValue.newInstance();

  /** Lets everything happen; no space is a failure. */
  Disk PLAIN =
      new Disk() {
        @Override
        public void before(Change change, Path path) {}

        @Override
        public boolean waitForSpace(Path path) {
          return false;
        }
      };

  /** What is about to be done to a path. */
  enum Change {
    CREATE,
    WRITE,
    FORCE,
    MOVE,
    DELETE
  }

  /**
   * A change is about to be made.
   *
   * @throws IOException if it is not to be
   */
  void before(Change change, Path path) throws IOException;

  /** There was no space for a path: whether to try once more, perhaps after a while. */
  boolean waitForSpace(Path path);

  /** A change to the file system. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Makes a change, as often as it takes where space is waited for. */
  static <T> T change(Change change, Path path, Work<T> work) throws IOException {
    Disk disk = CURRENT.orElse(PLAIN);
    while (true) {
      try {
        disk.before(change, path);
        return work.run();
      } catch (IOException e) {
        // What a failed force has lost is not written by forcing again.
        if (change == Change.FORCE || !FileProblem.isNoSpace(e) || !disk.waitForSpace(path)) {
          throw e;
        }
      }
    }
  }
}
