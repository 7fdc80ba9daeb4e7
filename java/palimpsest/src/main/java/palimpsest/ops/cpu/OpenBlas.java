package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.List;
import palimpsest.base.EnvironmentException;
import palimpsest.base.UserException;
import palimpsest.ops.cpu.LoadedLibrary.Native;

/**
 * OpenBLAS from the {@code org.bytedeco:openblas} natives, called through FFM. It is loaded once a
 * process, with one thread: lanes are the only parallelism.
 */
final class OpenBlas implements Blas {
  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  private static final String RESOURCES = "/org/bytedeco/openblas/linux-x86_64/";

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

  private static OpenBlas loaded;

  /** Functions of the library, once there is one. */
  private static final class Calls {
    static final MethodHandle SGEMM =
        loaded.function(
            "cblas_sgemm",
            FunctionDescriptor.ofVoid(
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_FLOAT,
                JAVA_LONG,
                JAVA_INT,
                JAVA_LONG,
                JAVA_INT,
                JAVA_FLOAT,
                JAVA_LONG,
                JAVA_INT));
  }

  private final LoadedLibrary library;
  private final String requestedCore;

  private OpenBlas(LoadedLibrary library, String requestedCore) {
    this.library = library;
    this.requestedCore = requestedCore;
  }

  /**
   * Loads the library, on the first call.
   *
   * @param core the kernels to use, as OpenBLAS names them ({@code Haswell}, {@code SkylakeX}, …),
   *     or {@link BlasChoice#ANY}
   * @throws UserException if OpenBLAS has no such core, or another was loaded before
   * @throws EnvironmentException if the library cannot be loaded here
   */
  static synchronized OpenBlas load(String core) {
    if (loaded == null) {
      prepareEnvironment(core);
      loaded = new OpenBlas(LoadedLibrary.open("OpenBLAS", RESOURCES, LIBRARIES), core);
      loaded.checkCore();
    } else if (!loaded.requestedCore.equals(core)) {
      throw new UserException(
          "blas.core: OpenBLAS is loaded with core %s already, it cannot change to %s"
              .formatted(loaded.requestedCore, core));
    }
    return loaded;
  }

  /** As it was loaded before, or else with the core that fits the processor. */
  static synchronized OpenBlas any() {
    return loaded == null ? load(BlasChoice.ANY) : loaded;
  }

  @Override
  public void sgemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int rowA,
      long b,
      int rowB,
      float beta,
      long c,
      int rowC) {
    try {
      Calls.SGEMM.invokeExact(
          ROW_MAJOR,
          transposeA ? TRANSPOSED : PLAIN,
          transposeB ? TRANSPOSED : PLAIN,
          m,
          n,
          k,
          alpha,
          a,
          rowA,
          b,
          rowB,
          beta,
          c,
          rowC);
    } catch (Throwable e) {
      throw new IllegalStateException("cblas_sgemm", e);
    }
  }

  /** Such as {@code OpenBLAS 0.3.31 SkylakeX}. */
  @Override
  public String version() {
    String[] words = text("openblas_get_config").split(" ", 3);
    return words[0] + " " + words[1] + " " + core();
  }

  MethodHandle function(String name, FunctionDescriptor descriptor) {
    return library.function(name, descriptor);
  }

  /** The kernels in use. */
  private String core() {
    return text("openblas_get_corename");
  }

  /**
   * OpenBLAS reads the environment when it is loaded. A core type or cache size forced from outside
   * halves its speed, and its own threads would fight with the lanes.
   */
  private static void prepareEnvironment(String core) {
    NativeEnvironment.unset("OPENBLAS_L2_SIZE");
    NativeEnvironment.unset("OPENBLAS_CORETYPE");
    NativeEnvironment.set("OPENBLAS_NUM_THREADS", "1");
    if (!core.equals(BlasChoice.ANY)) {
      NativeEnvironment.set("OPENBLAS_CORETYPE", core);
    }
  }

  private void checkCore() {
    if (!requestedCore.equals(BlasChoice.ANY) && !core().equalsIgnoreCase(requestedCore)) {
      throw new UserException(
          "blas.core: OpenBLAS has no core %s here, it chose %s; use auto, or a name such as Haswell"
              .formatted(requestedCore, core()));
    }
  }

  private String text(String function) {
    return library.pointer(function, 1024).getString(0).trim();
  }
}
