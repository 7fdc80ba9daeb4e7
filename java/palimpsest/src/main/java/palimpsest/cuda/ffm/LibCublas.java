package palimpsest.cuda.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of cuBLAS, declared by hand: they are few, have not changed since CUDA 11, and
 * their header does not come with every toolkit. In the descriptors {@code ADDRESS} is a pointer of
 * the host's and {@code JAVA_LONG} one of the device's or a stride.
 */
final class LibCublas {
  static final MethodHandle CREATE = bind("cublasCreate_v2", ADDRESS);
  static final MethodHandle DESTROY = bind("cublasDestroy_v2", ADDRESS);
  static final MethodHandle GET_VERSION = bind("cublasGetVersion_v2", ADDRESS, ADDRESS);
  static final MethodHandle SET_STREAM = bind("cublasSetStream_v2", ADDRESS, ADDRESS);
  static final MethodHandle SET_WORKSPACE =
      bind("cublasSetWorkspace_v2", ADDRESS, JAVA_LONG, JAVA_LONG);
  static final MethodHandle SET_MATH_MODE = bind("cublasSetMathMode", ADDRESS, JAVA_INT);

  /**
   * (handle, transa, transb, m, n, k, alpha, A, type, lda, B, type, ldb, beta, C, type, ldc, …).
   */
  static final MethodHandle GEMM_EX =
      bind(
          "cublasGemmEx",
          ADDRESS,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT);

  /**
   * The same with a stride behind each leading dimension, and the batch before the compute type.
   */
  static final MethodHandle GEMM_STRIDED_BATCHED_EX =
      bind(
          "cublasGemmStridedBatchedEx",
          ADDRESS,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT);

  private LibCublas() {}

  private static MethodHandle bind(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.loaderLookup().findOrThrow(name),
            FunctionDescriptor.of(JAVA_INT, arguments));
  }
}
