package palimpsest.ops.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import palimpsest.base.EnvironmentException;
import palimpsest.base.UserException;
import palimpsest.io.NativeFolder;

/**
 * OpenBLAS from the {@code org.bytedeco:openblas} natives, called through FFM. It is loaded once a
 * process, with one thread: lanes are the only parallelism.
 */
public final class OpenBlas {
  /** Chooses the core by what the processor is. */
  public static final String AUTODETECT = "auto";

  private static final String RESOURCES = "/org/bytedeco/openblas/linux-x86_64/";

  /** A library as it was released with the version that the build names. */
  private record Native(String name, String sha256) {}

  private static final List<Native> LIBRARIES =
      List.of(
          new Native(
              "libgcc_s.so.1", "a93ec41b336a895a7f0d7b789d66f6fc816de1a5ad0da37e8cfc428d7e9f8dd4"),
          new Native(
              "libquadmath.so.0",
              "67d3147512460e56dc805582ed5d32b66a7a199247ba5a27b7cb3054d2b2fef2"),
          new Native(
              "libgfortran.so.5",
              "3ec471016fbfea6ccda4736fbbf2d0098e6386d2c34fb7ae9b15d91fa1b38874"),
          new Native(
              "libopenblas.so.0",
              "e3a80f7696735e6bcd374fbe6c91e42f83dc8bfb09c5b92a5f73d67c76b55ec1"));

  private static final Linker LINKER = Linker.nativeLinker();
  private static OpenBlas loaded;

  private final SymbolLookup symbols;
  private final String requestedCore;

  private OpenBlas(SymbolLookup symbols, String requestedCore) {
    this.symbols = symbols;
    this.requestedCore = requestedCore;
  }

  /**
   * Loads the library, on the first call.
   *
   * @param core the kernels to use, as OpenBLAS names them ({@code Haswell}, {@code SkylakeX}, …),
   *     or {@link #AUTODETECT}
   * @throws UserException if OpenBLAS has no such core, or another was loaded before
   * @throws EnvironmentException if the library cannot be loaded here
   */
  public static synchronized OpenBlas load(String core) {
    if (loaded == null) {
      prepareEnvironment(core);
      loaded = new OpenBlas(open(), core);
      loaded.checkCore();
    } else if (!loaded.requestedCore.equals(core)) {
      throw new UserException(
          "blas.core: OpenBLAS is loaded with core %s already, it cannot change to %s"
              .formatted(loaded.requestedCore, core));
    }
    return loaded;
  }

  /** The kernels in use, such as {@code SkylakeX}. */
  public String core() {
    return text("openblas_get_corename");
  }

  /** The version, such as {@code OpenBLAS 0.3.31}. */
  public String version() {
    String[] words = text("openblas_get_config").split(" ", 3);
    return words[0] + " " + words[1];
  }

  MethodHandle function(String name, FunctionDescriptor descriptor) {
    MemorySegment address =
        symbols
            .find(name)
            .orElseThrow(() -> new EnvironmentException("OpenBLAS has no function " + name));
    return LINKER.downcallHandle(address, descriptor);
  }

  /** As it was loaded before, or else with the core that fits the processor. */
  static synchronized OpenBlas any() {
    return loaded == null ? load(AUTODETECT) : loaded;
  }

  static synchronized OpenBlas get() {
    if (loaded == null) {
      throw new IllegalStateException("OpenBLAS has not been loaded");
    }
    return loaded;
  }

  /**
   * OpenBLAS reads the environment when it is loaded. A core type or cache size forced from outside
   * halves its speed, and its own threads would fight with the lanes.
   */
  private static void prepareEnvironment(String core) {
    unsetEnvironment("OPENBLAS_L2_SIZE");
    unsetEnvironment("OPENBLAS_CORETYPE");
    setEnvironment("OPENBLAS_NUM_THREADS", "1");
    if (!core.equals(AUTODETECT)) {
      setEnvironment("OPENBLAS_CORETYPE", core);
    }
  }

  private void checkCore() {
    if (!requestedCore.equals(AUTODETECT) && !core().equalsIgnoreCase(requestedCore)) {
      throw new UserException(
          "blas.core: OpenBLAS has no core %s here, it chose %s; use auto, or a name such as Haswell"
              .formatted(requestedCore, core()));
    }
  }

  /**
   * Those that it needs come first and by their paths, each from our own folder: the linker then
   * has them by name already, and takes no other of that name from elsewhere.
   */
  private static SymbolLookup open() {
    try (NativeFolder folder = NativeFolder.create("openblas")) {
      SymbolLookup last = null;
      for (Native library : LIBRARIES) {
        Path file = folder.addResource(RESOURCES + library.name(), library.sha256());
        last = SymbolLookup.libraryLookup(file, Arena.global());
      }
      return last;
    } catch (IllegalArgumentException e) {
      throw new EnvironmentException(
          ("OpenBLAS could not be loaded from %s (%s); it needs Linux x86-64 and 40 MB in a folder"
                  + " that allows programs: PALIMPSEST_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER")
              .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  private String text(String function) {
    try {
      MethodHandle handle = function(function, FunctionDescriptor.of(ValueLayout.ADDRESS));
      return ((MemorySegment) handle.invokeExact()).reinterpret(1024).getString(0).trim();
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }

  private static void setEnvironment(String name, String value) {
    MethodHandle setenv =
        libc(
            "setenv",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
    } catch (Throwable e) {
      throw new IllegalStateException("setenv", e);
    }
  }

  private static void unsetEnvironment(String name) {
    MethodHandle unsetenv =
        libc("unsetenv", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) unsetenv.invokeExact(arena.allocateFrom(name));
    } catch (Throwable e) {
      throw new IllegalStateException("unsetenv", e);
    }
  }

  private static MethodHandle libc(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }
}
