package palimpsest.cuda.ffm;

import java.util.Optional;
import java.util.function.Consumer;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.CublasLibrary;
import palimpsest.cuda.CublasLtLibrary;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaBlasLt;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaDriverProvider;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.DriverLibrary;

/** The driver, cuBLAS and cublasLt through FFM. */
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

  @Override
  public Optional<CudaBlasLt> blasLt(CudaPlatform platform, Consumer<String> notes) {
    try {
      CublasLtLibrary.load(platform);
    } catch (EnvironmentException e) {
      notes.accept(
          "products are cuBLAS's and biases passes of their own, for cublasLt cannot be: "
              + e.getMessage());
      return Optional.empty();
    }
    return Optional.of(new FfmCudaBlasLt());
  }
}
