package palimpsest.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import palimpsest.io.Disk;

/** A disk on which something happens at the n-th of some changes. */
final class FaultyDisk implements Disk {
  private final Set<Change> counted;
  private final int at;
  private final Fault fault;
  private int count;
  private Path where;

  /** What happens. */
  enum Fault {
    /** The process is gone: no change is made any more, not even to clean up. */
    KILLED,
    /** There is no space for this one change. */
    FULL_ONCE,
    /** There is no space for it and none after it: only removing works. */
    FULL,
    /** Nothing can be changed any more, not even removed. */
    READ_ONLY,
    /** The disk is gone. */
    GONE
  }

  /** Ends a run as a kill would, but for the process. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  FaultyDisk(Fault fault, Set<Change> counted, int at) {
    this.fault = fault;
    this.counted = EnumSet.copyOf(counted);
    this.at = at;
  }

  /** At the n-th change, whatever it is; never for 0. */
  static FaultyDisk at(Fault fault, int n) {
    return new FaultyDisk(fault, EnumSet.allOf(Change.class), n);
  }

  /** Changes so far. */
  int count() {
    return count;
  }

  /** Whether it has happened. */
  boolean happened() {
    return where != null;
  }

  @Override
  public void before(Change change, Path path) throws IOException {
    if (counted.contains(change)) {
      count++;
    }
    if (count == at && where == null && counted.contains(change)) {
      where = path;
    } else if (where == null || fault == Fault.FULL_ONCE) {
      return;
    }
    switch (fault) {
      case KILLED -> throw new Killed();
      case FULL_ONCE, FULL -> {
        if (change == Change.CREATE || change == Change.WRITE) {
          throw new IOException("No space left on device");
        }
      }
      case READ_ONLY -> throw new IOException("Read-only file system");
      case GONE -> throw new IOException("Input/output error");
    }
  }

  @Override
  public boolean waitForSpace(Path path) {
    return fault == Fault.FULL_ONCE; // somebody made space
  }
}
