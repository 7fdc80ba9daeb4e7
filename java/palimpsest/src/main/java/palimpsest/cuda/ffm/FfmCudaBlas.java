package palimpsest.cuda.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import palimpsest.cuda.CublasStatus;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasHandle;
import palimpsest.cuda.ffm.generated.LibCublas;

/**
 * cuBLAS through FFM. The library must be loaded ({@link palimpsest.cuda.CublasLibrary}) before the
 * first call. The scalars have two cells for all products, which take turns to start.
 */
public final class FfmCudaBlas implements CudaBlas {
  private final MemorySegment result = Arena.global().allocate(ADDRESS);
  private final MemorySegment alphaCell = Arena.global().allocate(JAVA_FLOAT);
  private final MemorySegment betaCell = Arena.global().allocate(JAVA_FLOAT);

  /** Bound with the first product. */
  private static final class Products {
    static final MethodHandle GEMM_EX =
        DevicePointers.asNumbers(
            LibCublas.cublasGemmEx$address(), LibCublas.cublasGemmEx$descriptor(), 7, 10, 14);

    static final MethodHandle GEMM_STRIDED_BATCHED_EX =
        DevicePointers.asNumbers(
            LibCublas.cublasGemmStridedBatchedEx$address(),
            LibCublas.cublasGemmStridedBatchedEx$descriptor(),
            7,
            11,
            16);

    private Products() {}
  }

  @Override
  public synchronized CublasHandle cublasCreate() {
    CublasStatus.check(LibCublas.cublasCreate_v2(result), "cublasCreate");
    return new CublasHandle(result.get(ADDRESS, 0));
  }

  @Override
  public void cublasDestroy(CublasHandle handle) {
    CublasStatus.check(LibCublas.cublasDestroy_v2(handle.pointer()), "cublasDestroy");
  }

  @Override
  public synchronized int cublasGetVersion(CublasHandle handle) {
    CublasStatus.check(LibCublas.cublasGetVersion_v2(handle.pointer(), result), "cublasGetVersion");
    return result.get(JAVA_INT, 0);
  }

  @Override
  public void cublasSetStream(CublasHandle handle, CUstream stream) {
    CublasStatus.check(
        LibCublas.cublasSetStream_v2(handle.pointer(), stream.pointer()), "cublasSetStream");
  }

  @Override
  public void cublasSetWorkspace(CublasHandle handle, long workspace, long bytes) {
    CublasStatus.check(
        LibCublas.cublasSetWorkspace_v2(
            handle.pointer(), MemorySegment.ofAddress(workspace), bytes),
        "cublasSetWorkspace");
  }

  @Override
  public void cublasSetMathMode(CublasHandle handle, int mode) {
    CublasStatus.check(LibCublas.cublasSetMathMode(handle.pointer(), mode), "cublasSetMathMode");
  }

  @Override
  public synchronized void cublasGemmEx(
      CublasHandle handle,
      int transa,
      int transb,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int aType,
      int lda,
      long b,
      int bType,
      int ldb,
      float beta,
      long c,
      int cType,
      int ldc,
      int computeType,
      int algo) {
    alphaCell.set(JAVA_FLOAT, 0, alpha);
    betaCell.set(JAVA_FLOAT, 0, beta);
    int status;
    try {
      status =
          (int)
              Products.GEMM_EX.invokeExact(
                  handle.pointer(),
                  transa,
                  transb,
                  m,
                  n,
                  k,
                  alphaCell,
                  a,
                  aType,
                  lda,
                  b,
                  bType,
                  ldb,
                  betaCell,
                  c,
                  cType,
                  ldc,
                  computeType,
                  algo);
    } catch (Throwable e) {
      throw thrown(e);
    }
    if (status != 0) {
      CublasStatus.check(status, "cublasGemmEx, m = %d, n = %d, k = %d".formatted(m, n, k));
    }
  }

  @Override
  public synchronized void cublasGemmStridedBatchedEx(
      CublasHandle handle,
      int transa,
      int transb,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int aType,
      int lda,
      long strideA,
      long b,
      int bType,
      int ldb,
      long strideB,
      float beta,
      long c,
      int cType,
      int ldc,
      long strideC,
      int batchCount,
      int computeType,
      int algo) {
    alphaCell.set(JAVA_FLOAT, 0, alpha);
    betaCell.set(JAVA_FLOAT, 0, beta);
    int status;
    try {
      status =
          (int)
              Products.GEMM_STRIDED_BATCHED_EX.invokeExact(
                  handle.pointer(),
                  transa,
                  transb,
                  m,
                  n,
                  k,
                  alphaCell,
                  a,
                  aType,
                  lda,
                  strideA,
                  b,
                  bType,
                  ldb,
                  strideB,
                  betaCell,
                  c,
                  cType,
                  ldc,
                  strideC,
                  batchCount,
                  computeType,
                  algo);
    } catch (Throwable e) {
      throw thrown(e);
    }
    if (status != 0) {
      CublasStatus.check(
          status,
          "cublasGemmStridedBatchedEx, %d times m = %d, n = %d, k = %d"
              .formatted(batchCount, m, n, k));
    }
  }

  /** A method handle declares every throwable; C throws none. */
  static RuntimeException thrown(Throwable e) {
    return switch (e) {
      case RuntimeException runtime -> runtime;
      case Error error -> throw error;
      default -> new IllegalStateException(e);
    };
  }
}
