package palimpsest.cuda;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * The libraries that a device is driven by.
 *
 * @param blasLt for products with plans and epilogues; empty where there is none, and cuBLAS's own
 *     have to do
 */
public record CudaLibraries(CudaDriver driver, CudaBlas blas, Optional<CudaBlasLt> blasLt) {
  /**
   * Loads and binds them.
   *
   * @param driverName a way to call the driver: {@link CudaDrivers#FFM} or {@link
   *     CudaDrivers#JCUDA}
   * @param notes is told in a line what is not as asked for, though it will do
   * @throws palimpsest.base.EnvironmentException if something it takes is not here
   */
  public static CudaLibraries open(
      String driverName, CudaPlatform platform, Consumer<String> notes) {
    CudaDriverProvider provider = CudaDrivers.provider(driverName);
    CudaDriver driver = CudaDrivers.open(provider, platform);
    CudaBlas blas = provider.blas(platform, notes);
    return new CudaLibraries(driver, blas, provider.blasLt(platform, notes));
  }

  /** The same with another driver, such as one that watches this one. */
  public CudaLibraries with(CudaDriver other) {
    return new CudaLibraries(other, blas, blasLt);
  }

  /** The same with another cublasLt, or with none. */
  public CudaLibraries with(Optional<CudaBlasLt> other) {
    return new CudaLibraries(driver, blas, other);
  }
}
