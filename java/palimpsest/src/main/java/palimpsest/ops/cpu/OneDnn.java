package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import palimpsest.base.EnvironmentException;
import palimpsest.ops.cpu.LoadedLibrary.Native;

/**
 * oneDNN from the {@code org.bytedeco:dnnl} natives, called through FFM. It is loaded once a
 * process, with one thread: lanes are the only parallelism. At the shapes of {@code tiny} its
 * products take 4 to 8 % less time than OpenBLAS's, those of gradients 20 to 32 % less
 * (bench/results/products-*-zen4.json).
 */
final class OneDnn implements Blas {
  private static final String RESOURCES = "/org/bytedeco/dnnl/linux-x86_64/";

  private static final List<Native> LIBRARIES =
      List.of(
          new Native(
              "libgomp.so.1", "d46f9225c1883039e8a6853e6d96ca1af11d034ce186a090952e4a7c8a7c2fdc"),
          new Native(
              "libdnnl.so.3", "3610657c35381b06694034b677cf73f28086495aba51ecf0cfb5b6511652a443"));

  /** Variables that would change numbers, write to standard output or tie threads to cores. */
  private static final List<String> UNWANTED =
      List.of(
          "ONEDNN_DEFAULT_FPMATH_MODE",
          "ONEDNN_MAX_CPU_ISA",
          "ONEDNN_CPU_ISA_HINTS",
          "ONEDNN_VERBOSE",
          "ONEDNN_JIT_DUMP",
          "ONEDNN_JIT_PROFILE",
          "DNNL_DEFAULT_FPMATH_MODE",
          "DNNL_MAX_CPU_ISA",
          "DNNL_CPU_ISA_HINTS",
          "DNNL_VERBOSE",
          "DNNL_JIT_DUMP",
          "DNNL_JIT_PROFILE",
          "OMP_DISPLAY_ENV",
          "OMP_PLACES",
          "OMP_PROC_BIND",
          "GOMP_CPU_AFFINITY");

  /** The values of {@code dnnl_cpu_isa_t}. */
  private static final Map<Integer, String> INSTRUCTIONS =
      Map.of(
          0x1, "sse41",
          0x3, "avx",
          0x7, "avx2",
          0xf, "avx2_vnni",
          0x1f, "avx2_vnni_2",
          0x27, "avx512_core",
          0x67, "avx512_core_vnni",
          0xe7, "avx512_core_bf16");

  private static OneDnn loaded;

  /** Functions of the library, once there is one. */
  private static final class Calls {
    /** {@code dnnl_sgemm(transa, transb, M, N, K, alpha, A, lda, B, ldb, beta, C, ldc)}. */
    static final MethodHandle SGEMM =
        loaded.library.function(
            "dnnl_sgemm",
            FunctionDescriptor.of(
                JAVA_INT,
                JAVA_BYTE,
                JAVA_BYTE,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_FLOAT,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_FLOAT,
                JAVA_LONG,
                JAVA_LONG));
  }

  private final LoadedLibrary library;

  private OneDnn(LoadedLibrary library) {
    this.library = library;
  }

  /**
   * Loads the library, on the first call.
   *
   * @throws EnvironmentException if it is not on the class path, or cannot be loaded here
   */
  static synchronized OneDnn load() {
    if (loaded == null) {
      UNWANTED.forEach(NativeEnvironment::unset);
      NativeEnvironment.set("OMP_NUM_THREADS", "1");
      loaded = new OneDnn(LoadedLibrary.open("oneDNN", RESOURCES, LIBRARIES));
    }
    return loaded;
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
    int status;
    try {
      status =
          (int)
              Calls.SGEMM.invokeExact(
                  transposed(transposeA),
                  transposed(transposeB),
                  (long) m,
                  (long) n,
                  (long) k,
                  alpha,
                  a,
                  (long) rowA,
                  b,
                  (long) rowB,
                  beta,
                  c,
                  (long) rowC);
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_sgemm", e);
    }
    if (status != 0) {
      throw new IllegalStateException(
          "dnnl_sgemm of m=%d n=%d k=%d: dnnl_status_t %d".formatted(m, n, k, status));
    }
  }

  private static byte transposed(boolean is) {
    return (byte) (is ? 'T' : 'N');
  }

  /** Such as {@code oneDNN 3.13.0 avx512_core}. */
  @Override
  public String version() {
    MemorySegment numbers = library.pointer("dnnl_version", 3 * Integer.BYTES);
    return "oneDNN %d.%d.%d %s"
        .formatted(
            numbers.getAtIndex(JAVA_INT, 0),
            numbers.getAtIndex(JAVA_INT, 1),
            numbers.getAtIndex(JAVA_INT, 2),
            instructions());
  }

  private String instructions() {
    try {
      MethodHandle isa =
          library.function("dnnl_get_effective_cpu_isa", FunctionDescriptor.of(JAVA_INT));
      int value = (int) isa.invokeExact();
      return INSTRUCTIONS.getOrDefault(value, "isa 0x%x".formatted(value));
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_get_effective_cpu_isa", e);
    }
  }
}
