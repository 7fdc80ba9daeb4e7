package palimpsest.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import palimpsest.base.EnvironmentException;

/**
 * Named ranges on a profiler's time line. They are on where Nsight injects itself (it sets {@code
 * NVTX_INJECTION64_PATH}) or {@code -Dpalimpsest.nvtx=true} asks for them; elsewhere, and where the
 * library is missing, a range costs a test of a boolean.
 *
 * <p>NVTX 3 is a header; the one library that exports its functions is {@code libnvtx3interop}, of
 * the toolkit.
 */
public final class Nvtx {
  static final String LIBRARY = "libnvtx3interop.so.1";
  static final String PROPERTY = "palimpsest.nvtx";

  private static final Map<String, Label> LABELS = new ConcurrentHashMap<>();

  private Nvtx() {}

  /** A range's name as C reads it; kept for ever, so ask once for each name. */
  public static Label label(String name) {
    return LABELS.computeIfAbsent(name, text -> new Label(Arena.global().allocateFrom(text)));
  }

  /** Opens a range in this thread; {@link #pop} closes the one opened last. */
  public static void push(Label label) {
    if (Library.FOUND) {
      try {
        int _ = (int) Library.PUSH.invokeExact(label.text);
      } catch (Throwable e) {
        throw new IllegalStateException("nvtxRangePushA", e);
      }
    }
  }

  public static void pop() {
    if (Library.FOUND) {
      try {
        int _ = (int) Library.POP.invokeExact();
      } catch (Throwable e) {
        throw new IllegalStateException("nvtxRangePop", e);
      }
    }
  }

  /** Whether ranges reach a library. */
  public static boolean on() {
    return Library.FOUND;
  }

  /** Where the library lies that profilers are told of ranges by; empty where it is not found. */
  public static Optional<Path> library() {
    return ToolkitSearch.of(LIBRARY).places().stream()
        .flatMap(place -> place.files().stream())
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** The name of a range. */
  public static final class Label {
    private final MemorySegment text;

    private Label(MemorySegment text) {
      this.text = text;
    }
  }

  /** Bound when the first range is opened. */
  private static final class Library {
    static final boolean FOUND = asked() && load();

    static final MethodHandle PUSH =
        FOUND ? bind("nvtxRangePushA", FunctionDescriptor.of(JAVA_INT, ADDRESS)) : null;

    static final MethodHandle POP =
        FOUND ? bind("nvtxRangePop", FunctionDescriptor.of(JAVA_INT)) : null;

    private static boolean asked() {
      return Boolean.getBoolean(PROPERTY) || System.getenv("NVTX_INJECTION64_PATH") != null;
    }

    private static boolean load() {
      try {
        ToolkitSearch.of(LIBRARY).load(file -> System.load(file.toString()), "NVTX", "");
        return true;
      } catch (EnvironmentException e) {
        return false;
      }
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
      return Linker.nativeLinker()
          .downcallHandle(SymbolLookup.loaderLookup().findOrThrow(name), descriptor);
    }
  }
}
