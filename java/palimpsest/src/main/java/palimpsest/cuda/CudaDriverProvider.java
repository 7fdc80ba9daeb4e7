package palimpsest.cuda;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A way to call the driver, found by {@link java.util.ServiceLoader} and chosen by its name ({@code
 * --driver}). Making a provider loads no native library.
 */
public interface CudaDriverProvider {
  /** What {@code --driver} calls it. */
  String name();

  /**
   * Loads the driver's library and binds it.
   *
   * @throws palimpsest.base.EnvironmentException if that cannot be done here
   */
  CudaDriver driver(CudaPlatform platform);

  /**
   * Loads cuBLAS and binds it; {@link #driver} comes first.
   *
   * @param notes is told in a line if it is not called as this provider calls the driver
   * @throws palimpsest.base.EnvironmentException if that cannot be done here
   */
  CudaBlas blas(CudaPlatform platform, Consumer<String> notes);

  /**
   * Loads cublasLt, of the version of the cuBLAS that {@link #blas} has loaded before, and binds
   * it. That is through FFM whoever calls the driver, for both ways to give the same bits.
   *
   * @param notes is told in a line if there is none
   */
  default Optional<CudaBlasLt> blasLt(CudaPlatform platform, Consumer<String> notes) {
    return CudaDrivers.provider(CudaDrivers.FFM).blasLt(platform, notes);
  }
}
