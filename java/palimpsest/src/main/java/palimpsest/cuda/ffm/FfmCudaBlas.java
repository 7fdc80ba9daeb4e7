package palimpsest.cuda.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import palimpsest.cuda.CublasStatus;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasHandle;

/**
 * cuBLAS through FFM. The library must be loaded ({@link palimpsest.cuda.CublasLibrary}) before the
 * first call. The scalars have two cells for all products, which take turns to start.
 */
public final class FfmCudaBlas implements CudaBlas {
  private final MemorySegment result = Arena.global().allocate(ADDRESS);
  private final MemorySegment alphaCell = Arena.global().allocate(JAVA_FLOAT);
  private final MemorySegment betaCell = Arena.global().allocate(JAVA_FLOAT);

  @Override
  public synchronized CublasHandle cublasCreate() {
    try {
      CublasStatus.check((int) LibCublas.CREATE.invokeExact(result), "cublasCreate");
    } catch (Throwable e) {
      throw thrown(e);
    }
    return new CublasHandle(result.get(ADDRESS, 0));
  }

  @Override
  public void cublasDestroy(CublasHandle handle) {
    try {
      CublasStatus.check((int) LibCublas.DESTROY.invokeExact(handle.pointer()), "cublasDestroy");
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  @Override
  public synchronized int cublasGetVersion(CublasHandle handle) {
    try {
      CublasStatus.check(
          (int) LibCublas.GET_VERSION.invokeExact(handle.pointer(), result), "cublasGetVersion");
    } catch (Throwable e) {
      throw thrown(e);
    }
    return result.get(JAVA_INT, 0);
  }

  @Override
  public void cublasSetStream(CublasHandle handle, CUstream stream) {
    try {
      CublasStatus.check(
          (int) LibCublas.SET_STREAM.invokeExact(handle.pointer(), stream.pointer()),
          "cublasSetStream");
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  @Override
  public void cublasSetWorkspace(CublasHandle handle, long workspace, long bytes) {
    try {
      CublasStatus.check(
          (int) LibCublas.SET_WORKSPACE.invokeExact(handle.pointer(), workspace, bytes),
          "cublasSetWorkspace");
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  @Override
  public void cublasSetMathMode(CublasHandle handle, int mode) {
    try {
      CublasStatus.check(
          (int) LibCublas.SET_MATH_MODE.invokeExact(handle.pointer(), mode), "cublasSetMathMode");
    } catch (Throwable e) {
      throw thrown(e);
    }
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
              LibCublas.GEMM_EX.invokeExact(
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
              LibCublas.GEMM_STRIDED_BATCHED_EX.invokeExact(
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
