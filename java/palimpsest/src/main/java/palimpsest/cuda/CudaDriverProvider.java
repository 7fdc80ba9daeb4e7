package palimpsest.cuda;

/**
 * A way to call the driver, found by {@link java.util.ServiceLoader} and chosen by its name ({@code
 * --driver}). Making a provider loads no native library.
 */
public interface CudaDriverProvider {
  /** What {@code --driver} calls it. */
  String name();

  /**
   * Binds the driver's library, which must have been loaded ({@link DriverLibrary}).
   *
   * @throws palimpsest.base.EnvironmentException if that cannot be done here
   */
  CudaDriver driver();

  /**
   * Binds cuBLAS.
   *
   * @throws palimpsest.base.EnvironmentException if that cannot be done here
   */
  CudaBlas blas();
}
