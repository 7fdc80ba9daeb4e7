package palimpsest.cuda.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import palimpsest.cuda.NvtxLibrary;
import palimpsest.cuda.ffm.generated.LibNvtx;

/**
 * Named ranges on a profiler's time line. Where nobody listens ({@link NvtxLibrary#load}) a range
 * costs a test of a boolean.
 */
public final class Nvtx {
  private static final Map<String, Label> LABELS = new ConcurrentHashMap<>();

  private Nvtx() {}

  /** A range's name as C reads it; kept for ever, so ask once for each name. */
  public static Label label(String name) {
    return LABELS.computeIfAbsent(name, text -> new Label(Arena.global().allocateFrom(text)));
  }

  /** Opens a range in this thread; {@link #pop} closes the one opened last. */
  public static void push(Label label) {
    if (Library.LOADED) {
      int _ = LibNvtx.nvtxRangePushA(label.text);
    }
  }

  public static void pop() {
    if (Library.LOADED) {
      int _ = LibNvtx.nvtxRangePop();
    }
  }

  /** Whether ranges reach a library. */
  public static boolean on() {
    return Library.LOADED;
  }

  /** The name of a range. */
  public static final class Label {
    private final MemorySegment text;

    private Label(MemorySegment text) {
      this.text = text;
    }
  }

  /** Loaded when the first range is opened. */
  private static final class Library {
    static final boolean LOADED = NvtxLibrary.load();

    private Library() {}
  }
}
