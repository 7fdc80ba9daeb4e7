package palimpsest.ops.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.CudaContext;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaException;
import palimpsest.cuda.CudaHandle.CUmodule;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaPlatform;

/** All kernels of {@code cuda-kernels/}, loaded on one device and launched in one stream. */
public final class KernelModule implements AutoCloseable {
  private static final String RESOURCE = "/palimpsest/cuda/kernels.fatbin";

  private final CudaDriver driver;
  private final CUstream stream;
  private final CUmodule module;
  private final int sharedLimit;
  private final Map<String, Kernel> kernels = new HashMap<>();

  private KernelModule(CudaContext context, CUstream stream, byte[] image) {
    this.driver = context.driver();
    this.stream = stream;
    sharedLimit =
        context.attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
    module = load(context, image);
  }

  /**
   * Loads the fatbin of the class path; the simulator has the kernels in itself.
   *
   * @throws EnvironmentException if there is no fatbin, or nothing in it is for this device
   */
  public static KernelModule load(CudaContext context, CudaPlatform platform, CUstream stream) {
    return new KernelModule(context, stream, image(platform));
  }

  /** The bytes that are loaded. */
  static byte[] image(CudaPlatform platform) {
    if (platform == CudaPlatform.SIMULATOR) {
      return new byte[1];
    }
    try (InputStream fatbin = KernelModule.class.getResourceAsStream(RESOURCE)) {
      if (fatbin == null) {
        throw new EnvironmentException(
            "no kernels for GPUs: the class path has no %s; './mvnw package' makes it where it finds nvcc"
                .formatted(RESOURCE.substring(1)));
      }
      return fatbin.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CUmodule load(CudaContext context, byte[] image) {
    try {
      return context.load(image);
    } catch (CudaException e) {
      throw new EnvironmentException(
          "the kernels cannot be loaded on %s (sm_%d): %s; they are for sm_80 and newer"
              .formatted(context.name(), context.computeCapability(), e.getMessage()),
          e);
    }
  }

  /**
   * A kernel by its name; there is one object for each.
   *
   * @throws EnvironmentException if the module does not have it
   */
  public Kernel kernel(String name) {
    return kernels.computeIfAbsent(name, this::find);
  }

  /** Bytes of shared memory that a block can have. */
  int sharedLimit() {
    return sharedLimit;
  }

  private Kernel find(String name) {
    try {
      return new Kernel(driver, driver.cuModuleGetFunction(module, name), stream, sharedLimit);
    } catch (CudaException e) {
      if (!e.errorName().equals("CUDA_ERROR_NOT_FOUND")) {
        throw e;
      }
      throw new EnvironmentException(
          "kernel %s is not in the module: kernels and program are not of one build; './mvnw package' makes both"
              .formatted(name),
          e);
    }
  }

  @Override
  public void close() {
    kernels.values().forEach(Kernel::close);
    driver.cuModuleUnload(module);
  }
}
