package palimpsest.cuda.jcuda;

import java.util.function.Consumer;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.CublasLibrary;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaDriverProvider;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.DriverLibrary;

/** The driver and cuBLAS through JCuda. */
public final class JcudaDriverProvider implements CudaDriverProvider {
  private static boolean driverLoaded;
  private static boolean cublasLoaded;

  @Override
  public String name() {
    return CudaDrivers.JCUDA;
  }

  @Override
  public CudaDriver driver(CudaPlatform platform) {
    DriverLibrary.load(platform);
    synchronized (JcudaDriverProvider.class) {
      if (!driverLoaded) {
        JcudaNatives.DRIVER.load(() -> JCudaDriver.setExceptionsEnabled(false));
        driverLoaded = true;
      }
    }
    return new JcudaDriver();
  }

  /** JCublas2 knows CUDA 12's library alone; where that is missing, CUDA 13's is called by FFM. */
  @Override
  public CudaBlas blas(CudaPlatform platform, Consumer<String> notes) {
    try {
      CublasLibrary.load(platform, CublasLibrary.CUDA_12);
    } catch (EnvironmentException e) {
      CudaBlas ffm = CudaDrivers.provider(CudaDrivers.FFM).blas(platform, notes);
      notes.accept(
          "--driver jcuda: cuBLAS is called through ffm, for JCublas2 cannot be: "
              + e.getMessage());
      return ffm;
    }
    synchronized (JcudaDriverProvider.class) {
      if (!cublasLoaded) {
        JcudaNatives.CUBLAS.load(JCublas2::initialize);
        cublasLoaded = true;
      }
    }
    return new JcudaBlas();
  }
}
