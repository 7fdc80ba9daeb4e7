package palimpsest.cuda;

import java.util.Optional;
import java.util.ServiceLoader;
import palimpsest.base.EnvironmentException;
import palimpsest.base.UserException;

/** From {@code --driver} to a driver that can be called. */
public final class CudaDrivers {
  /** Java's Foreign Function &amp; Memory API, in this jar. */
  public static final String FFM = "ffm";

  /** JCuda, in a jar of its own. */
  public static final String JCUDA = "jcuda";

  private CudaDrivers() {}

  /**
   * The way to call the driver that goes by a name.
   *
   * @throws UserException if there is no such way
   * @throws EnvironmentException if there is, but not here
   */
  public static CudaDriverProvider provider(String name) {
    for (CudaDriverProvider provider : ServiceLoader.load(CudaDriverProvider.class)) {
      if (provider.name().equals(name)) {
        return provider;
      }
    }
    if (name.equals(JCUDA)) {
      throw new EnvironmentException(
          "--driver jcuda: palimpsest-jcuda.jar is not on the class path; './mvnw package' builds it");
    }
    throw new UserException("--driver %s: must be %s or %s".formatted(name, FFM, JCUDA));
  }

  /**
   * Loads the platform's library and binds the driver, with what system properties ask for around
   * it ({@link SynchronousLaunches}, {@link LeakReport}).
   */
  public static CudaDriver open(CudaDriverProvider provider, CudaPlatform platform) {
    CudaDriver driver = provider.driver(platform);
    if (Boolean.getBoolean(SynchronousLaunches.PROPERTY)) {
      driver = new SynchronousLaunches(driver);
    }
    if (Boolean.getBoolean(LeakReport.PROPERTY)) {
      driver = new LeakReport(driver);
    }
    return driver;
  }

  /** Where the simulator is taken from, in words; empty where there is none. */
  public static Optional<String> simulator() {
    return SimulatorLibrary.place();
  }
}
