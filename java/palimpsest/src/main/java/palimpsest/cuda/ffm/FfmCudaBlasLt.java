package palimpsest.cuda.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import palimpsest.cuda.CublasLtAlgorithm;
import palimpsest.cuda.CublasStatus;
import palimpsest.cuda.CudaBlasLt;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasLtHandle;
import palimpsest.cuda.CudaHandle.CublasLtMatmulDesc;
import palimpsest.cuda.CudaHandle.CublasLtMatmulPreference;
import palimpsest.cuda.CudaHandle.CublasLtMatrixLayout;
import palimpsest.cuda.ffm.generated.LibCublasLt;
import palimpsest.cuda.ffm.generated.cublasLtMatmulAlgo_t;
import palimpsest.cuda.ffm.generated.cublasLtMatmulHeuristicResult_t;

/**
 * cublasLt through FFM. The library must be loaded ({@link palimpsest.cuda.CublasLtLibrary}) before
 * the first call. What C takes or gives by a pointer has one cell for all calls, which take turns.
 */
public final class FfmCudaBlasLt implements CudaBlasLt {
  private final MemorySegment result = Arena.global().allocate(ADDRESS);
  private final MemorySegment value = Arena.global().allocate(JAVA_LONG);
  private final MemorySegment alphaCell = Arena.global().allocate(JAVA_FLOAT);
  private final MemorySegment betaCell = Arena.global().allocate(JAVA_FLOAT);

  /** Bound with the first product. */
  private static final class Matmul {
    static final MethodHandle HANDLE =
        DevicePointers.asNumbers(
            LibCublasLt.cublasLtMatmul$address(),
            LibCublasLt.cublasLtMatmul$descriptor(),
            3,
            5,
            8,
            10,
            13);

    private Matmul() {}
  }

  @Override
  public synchronized CublasLtHandle cublasLtCreate() {
    CublasStatus.check(LibCublasLt.cublasLtCreate(result), "cublasLtCreate");
    return new CublasLtHandle(result.get(ADDRESS, 0));
  }

  @Override
  public void cublasLtDestroy(CublasLtHandle handle) {
    CublasStatus.check(LibCublasLt.cublasLtDestroy(handle.pointer()), "cublasLtDestroy");
  }

  @Override
  public long cublasLtGetVersion() {
    return LibCublasLt.cublasLtGetVersion();
  }

  @Override
  public synchronized CublasLtMatrixLayout cublasLtMatrixLayoutCreate(
      int type, long rows, long cols, long ld) {
    CublasStatus.check(
        LibCublasLt.cublasLtMatrixLayoutCreate(result, type, rows, cols, ld),
        "cublasLtMatrixLayoutCreate of %d x %d".formatted(rows, cols));
    return new CublasLtMatrixLayout(result.get(ADDRESS, 0), rows, cols);
  }

  @Override
  public void cublasLtMatrixLayoutDestroy(CublasLtMatrixLayout layout) {
    CublasStatus.check(
        LibCublasLt.cublasLtMatrixLayoutDestroy(layout.pointer()), "cublasLtMatrixLayoutDestroy");
  }

  @Override
  public synchronized CublasLtMatmulDesc cublasLtMatmulDescCreate(int computeType, int scaleType) {
    CublasStatus.check(
        LibCublasLt.cublasLtMatmulDescCreate(result, computeType, scaleType),
        "cublasLtMatmulDescCreate");
    return new CublasLtMatmulDesc(result.get(ADDRESS, 0));
  }

  @Override
  public void cublasLtMatmulDescDestroy(CublasLtMatmulDesc desc) {
    CublasStatus.check(
        LibCublasLt.cublasLtMatmulDescDestroy(desc.pointer()), "cublasLtMatmulDescDestroy");
  }

  @Override
  public synchronized void cublasLtMatmulDescSetAttribute(
      CublasLtMatmulDesc desc, int attr, int number) {
    value.set(JAVA_INT, 0, number);
    setDescAttribute(desc, attr, JAVA_INT.byteSize());
  }

  @Override
  public synchronized void cublasLtMatmulDescSetAttribute(
      CublasLtMatmulDesc desc, int attr, long number) {
    value.set(JAVA_LONG, 0, number);
    setDescAttribute(desc, attr, JAVA_LONG.byteSize());
  }

  private void setDescAttribute(CublasLtMatmulDesc desc, int attr, long bytes) {
    int status = LibCublasLt.cublasLtMatmulDescSetAttribute(desc.pointer(), attr, value, bytes);
    if (status != 0) {
      CublasStatus.check(status, "cublasLtMatmulDescSetAttribute of attribute " + attr);
    }
  }

  @Override
  public synchronized CublasLtMatmulPreference cublasLtMatmulPreferenceCreate() {
    CublasStatus.check(
        LibCublasLt.cublasLtMatmulPreferenceCreate(result), "cublasLtMatmulPreferenceCreate");
    return new CublasLtMatmulPreference(result.get(ADDRESS, 0));
  }

  @Override
  public void cublasLtMatmulPreferenceDestroy(CublasLtMatmulPreference pref) {
    CublasStatus.check(
        LibCublasLt.cublasLtMatmulPreferenceDestroy(pref.pointer()),
        "cublasLtMatmulPreferenceDestroy");
  }

  @Override
  public synchronized void cublasLtMatmulPreferenceSetAttribute(
      CublasLtMatmulPreference pref, int attr, int number) {
    value.set(JAVA_INT, 0, number);
    setPreferenceAttribute(pref, attr, JAVA_INT.byteSize());
  }

  @Override
  public synchronized void cublasLtMatmulPreferenceSetAttribute(
      CublasLtMatmulPreference pref, int attr, long number) {
    value.set(JAVA_LONG, 0, number);
    setPreferenceAttribute(pref, attr, JAVA_LONG.byteSize());
  }

  private void setPreferenceAttribute(CublasLtMatmulPreference pref, int attr, long bytes) {
    CublasStatus.check(
        LibCublasLt.cublasLtMatmulPreferenceSetAttribute(pref.pointer(), attr, value, bytes),
        "cublasLtMatmulPreferenceSetAttribute of attribute " + attr);
  }

  @Override
  public synchronized Optional<CublasLtAlgorithm> cublasLtMatmulAlgoGetHeuristic(
      CublasLtHandle handle,
      CublasLtMatmulDesc desc,
      CublasLtMatrixLayout a,
      CublasLtMatrixLayout b,
      CublasLtMatrixLayout c,
      CublasLtMatrixLayout d,
      CublasLtMatmulPreference preference) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = cublasLtMatmulHeuristicResult_t.allocate(arena);
      int status =
          LibCublasLt.cublasLtMatmulAlgoGetHeuristic(
              handle.pointer(),
              desc.pointer(),
              a.pointer(),
              b.pointer(),
              c.pointer(),
              d.pointer(),
              preference.pointer(),
              1,
              found,
              value);
      if (status == CublasStatus.CUBLAS_STATUS_NOT_SUPPORTED.code()) {
        return Optional.empty();
      }
      CublasStatus.check(
          status, "cublasLtMatmulAlgoGetHeuristic of %s · %s = %s".formatted(a, b, d));
      boolean one = value.get(JAVA_INT, 0) > 0 && cublasLtMatmulHeuristicResult_t.state(found) == 0;
      return one ? Optional.of(algorithm(found)) : Optional.empty();
    }
  }

  private static CublasLtAlgorithm algorithm(MemorySegment found) {
    MemorySegment content = cublasLtMatmulAlgo_t.allocate(Arena.ofAuto());
    content.copyFrom(cublasLtMatmulHeuristicResult_t.algo(found));
    return new CublasLtAlgorithm(content, cublasLtMatmulHeuristicResult_t.workspaceSize(found));
  }

  @Override
  public synchronized void cublasLtMatmul(
      CublasLtHandle handle,
      CublasLtMatmulDesc desc,
      float alpha,
      long a,
      CublasLtMatrixLayout aLayout,
      long b,
      CublasLtMatrixLayout bLayout,
      float beta,
      long c,
      CublasLtMatrixLayout cLayout,
      long d,
      CublasLtMatrixLayout dLayout,
      CublasLtAlgorithm algo,
      long workspace,
      long workspaceBytes,
      CUstream stream) {
    alphaCell.set(JAVA_FLOAT, 0, alpha);
    betaCell.set(JAVA_FLOAT, 0, beta);
    int status;
    try {
      status =
          (int)
              Matmul.HANDLE.invokeExact(
                  handle.pointer(),
                  desc.pointer(),
                  alphaCell,
                  a,
                  aLayout.pointer(),
                  b,
                  bLayout.pointer(),
                  betaCell,
                  c,
                  cLayout.pointer(),
                  d,
                  dLayout.pointer(),
                  algo.content(),
                  workspace,
                  workspaceBytes,
                  stream.pointer());
    } catch (Throwable e) {
      throw FfmCudaBlas.thrown(e);
    }
    if (status != 0) {
      CublasStatus.check(
          status, "cublasLtMatmul of %s · %s = %s".formatted(aLayout, bLayout, dLayout));
    }
  }
}
