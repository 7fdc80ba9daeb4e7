package palimpsest.cuda.ffm;

import java.util.function.Consumer;
import palimpsest.cuda.CublasLibrary;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaDriverProvider;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.DriverLibrary;

/** The driver and cuBLAS through FFM. */
public final class FfmDriverProvider implements CudaDriverProvider {
  @Override
  public String name() {
    return CudaDrivers.FFM;
  }

  @Override
  public CudaDriver driver(CudaPlatform platform) {
    DriverLibrary.load(platform);
    return new FfmCudaDriver();
  }

  @Override
  public CudaBlas blas(CudaPlatform platform, Consumer<String> notes) {
    CublasLibrary.load(platform, CublasLibrary.CUDA_13);
    return new FfmCudaBlas();
  }
}
