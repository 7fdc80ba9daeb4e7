package palimpsest.ops.cuda;

import java.util.LinkedHashMap;
import java.util.Optional;
import palimpsest.cuda.CudaBlasLt;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasLtHandle;
import palimpsest.ops.Tensor;

/**
 * Products by cublasLt, summed in fp32, with the bias added before they are rounded. What it takes
 * is planned when a shape comes for the first time, and kept.
 */
final class MatmulPlans implements AutoCloseable {
  private final CudaBlasLt lt;
  private final CublasLtHandle handle;
  private final CUstream stream;
  private final CudaMemory workspace;

  /** Shapes with other numbers of counted positions come for ever. */
  private static final int MOST_PLANS = 512;

  /** Empty for a shape that the library has no algorithm for; that longest unused comes first. */
  private final LinkedHashMap<MatmulShape, Optional<MatmulPlan>> plans =
      new LinkedHashMap<>(MOST_PLANS, 0.75f, true);

  private final MatmulShape wanted = new MatmulShape();

  /**
   * @param workspace the library's own memory, which outlives this
   */
  MatmulPlans(CudaBlasLt lt, CUstream stream, CudaMemory workspace) {
    this.lt = lt;
    this.stream = stream;
    this.workspace = workspace;
    handle = lt.cublasLtCreate();
  }

  /** The library's version, such as 130002. */
  long version() {
    return lt.cublasLtGetVersion();
  }

  /**
   * {@code C [m, n] = op(A) [m, k] · op(B) [k, n] + beta C + bias [m]}, rounded once.
   *
   * @param bias null for none
   * @return false if it is not computed, for the library cannot: nothing was begun
   */
  boolean multiply(
      Product product, int m, int n, int k, Tensor a, Tensor b, float beta, Tensor c, Tensor bias) {
    MatmulPlan plan = plan(wanted.set(product, m, n, k, a, b, c, bias), bias);
    if (plan == null) {
      return false;
    }
    if (bias != null) {
      lt.cublasLtMatmulDescSetAttribute(
          plan.operation(), CudaBlasLt.CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias.address());
    }
    lt.cublasLtMatmul(
        handle,
        plan.operation(),
        1,
        a.rowsAddress(),
        plan.a(),
        b.rowsAddress(),
        plan.b(),
        beta,
        c.rowsAddress(),
        plan.c(),
        c.rowsAddress(),
        plan.c(),
        plan.algorithm(),
        workspace.address(),
        plan.algorithm().workspaceBytes(),
        stream);
    return true;
  }

  private MatmulPlan plan(MatmulShape shape, Tensor bias) {
    Optional<MatmulPlan> plan = plans.get(shape);
    if (plan == null) {
      long address = bias == null ? 0 : bias.address();
      plan = MatmulPlan.make(lt, handle, shape, address, workspace.bytes());
      plans.put(shape.copy(), plan);
      if (plans.size() > MOST_PLANS) {
        plans.pollFirstEntry().getValue().ifPresent(oldest -> oldest.destroy(lt));
      }
    }
    return plan.orElse(null);
  }

  @Override
  public void close() {
    plans.values().forEach(plan -> plan.ifPresent(made -> made.destroy(lt)));
    lt.cublasLtDestroy(handle);
  }
}
