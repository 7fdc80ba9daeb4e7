package palimpsest.cuda;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import palimpsest.cuda.CudaHandle.CublasLtMatmulDesc;
import palimpsest.cuda.CudaHandle.CublasLtMatrixLayout;

/** Writes down every product that cublasLt is asked for, in order, and how many plans are made. */
public final class ProductLog implements InvocationHandler {
  private final CudaBlasLt lt;
  private final Set<CublasLtMatmulDesc> biased = new HashSet<>();
  private final List<Product> products = new ArrayList<>();
  private int plans;
  private boolean refuses;

  /**
   * @param lt is asked for what is written down
   */
  public ProductLog(CudaBlasLt lt) {
    this.lt = lt;
  }

  /** D [m, n], column-major, from an inner size k. */
  public record Product(long m, long n, long k, boolean biased, float beta) {}

  /** Calls the library and writes down here. */
  public CudaBlasLt watched() {
    Class<?>[] type = {CudaBlasLt.class};
    return (CudaBlasLt) Proxy.newProxyInstance(CudaBlasLt.class.getClassLoader(), type, this);
  }

  /** From now on there is no algorithm for anything. */
  public void refuse() {
    refuses = true;
  }

  public List<Product> products() {
    return List.copyOf(products);
  }

  /** How often the heuristics were asked. */
  public int plans() {
    return plans;
  }

  public void clear() {
    products.clear();
    plans = 0;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "cublasLtMatmulDescSetAttribute" -> {
        if (arguments[1].equals(CudaBlasLt.CUBLASLT_MATMUL_DESC_EPILOGUE)) {
          biased.add((CublasLtMatmulDesc) arguments[0]);
        }
      }
      case "cublasLtMatmulDescDestroy" -> biased.remove((CublasLtMatmulDesc) arguments[0]);
      case "cublasLtMatmulAlgoGetHeuristic" -> {
        plans++;
        if (refuses) {
          return Optional.empty();
        }
      }
      case "cublasLtMatmul" -> products.add(product(arguments));
      default -> {}
    }
    try {
      return method.invoke(lt, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Product product(Object[] arguments) {
    CublasLtMatrixLayout a = (CublasLtMatrixLayout) arguments[4];
    CublasLtMatrixLayout d = (CublasLtMatrixLayout) arguments[11];
    long k = a.rows() * a.columns() / d.rows();
    boolean withBias = biased.contains((CublasLtMatmulDesc) arguments[1]);
    return new Product(d.rows(), d.columns(), k, withBias, (float) arguments[7]);
  }
}
