package palimpsest.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.CudaHandle.CUcontext;
import palimpsest.cuda.CudaHandle.CUmodule;

/**
 * One device and its primary context, which cuBLAS shares: retained when this is opened, released
 * when it is closed. Closing is the only way that anything is given back: nothing calls CUDA from a
 * cleaner or when the process ends.
 */
public final class CudaContext implements AutoCloseable {
  /** What the fatbin was built with: an older driver cannot read it. */
  public static final int CUDA_NEEDED = 13000;

  /** A fatbin is read where it lies; the driver wants it aligned. */
  private static final long IMAGE_ALIGNMENT = 64;

  private final CudaDriver driver;
  private final int device;
  private final CUcontext context;

  private CudaContext(CudaDriver driver, int device, CUcontext context) {
    this.driver = driver;
    this.device = device;
    this.context = context;
  }

  /**
   * Opens a device and makes its context this thread's.
   *
   * @param ordinal 0 for the first
   * @throws EnvironmentException if the driver is too old, does not start, or has no such device
   */
  public static CudaContext open(CudaDriver driver, int ordinal) {
    checkVersion(driver);
    start(driver);
    int count = driver.cuDeviceGetCount();
    if (ordinal < 0 || ordinal >= count) {
      throw new EnvironmentException(
          "--device cuda:%d: there is no such device; the driver has %s"
              .formatted(ordinal, count == 1 ? "one, cuda:0" : "cuda:0 to cuda:" + (count - 1)));
    }
    int device = driver.cuDeviceGet(ordinal);
    CudaContext context = new CudaContext(driver, device, driver.cuDevicePrimaryCtxRetain(device));
    context.makeCurrent();
    return context;
  }

  private static void checkVersion(CudaDriver driver) {
    int version = driver.cuDriverGetVersion();
    if (version < CUDA_NEEDED) {
      throw new EnvironmentException(
          "NVIDIA's driver is too old: it knows CUDA %s, the kernels need %s; install driver 580 or newer"
              .formatted(versionText(version), versionText(CUDA_NEEDED)));
    }
  }

  private static void start(CudaDriver driver) {
    try {
      driver.cuInit(0);
    } catch (CudaException e) {
      if (!e.errorName().equals("CUDA_ERROR_NO_DEVICE")) {
        throw new EnvironmentException(
            "NVIDIA's driver does not start: %s; 'nvidia-smi' may say more"
                .formatted(e.getMessage()),
            e);
      }
      String visible = System.getenv("CUDA_VISIBLE_DEVICES");
      throw new EnvironmentException(
          "no CUDA device: the driver finds none%s; 'nvidia-smi' lists those of the machine"
              .formatted(
                  visible == null ? "" : " (CUDA_VISIBLE_DEVICES is '%s')".formatted(visible)),
          e);
    }
  }

  /** Such as {@code 13.0} for 13000. */
  public static String versionText(int version) {
    return "%d.%d".formatted(version / 1000, version % 1000 / 10);
  }

  public CudaDriver driver() {
    return driver;
  }

  /** What the driver calls the device, for example {@code NVIDIA H100 80GB HBM3}. */
  public String name() {
    return driver.cuDeviceGetName(device);
  }

  /** 10 · major + minor, such as 90: what {@code sm_90} is compiled for. */
  public int computeCapability() {
    return 10 * attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
        + attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  /**
   * @param attribute one of {@code CudaDriver.CU_DEVICE_ATTRIBUTE_…}
   */
  public int attribute(int attribute) {
    return driver.cuDeviceGetAttribute(attribute, device);
  }

  public long totalBytes() {
    return driver.cuDeviceTotalMem(device);
  }

  /** A thread calls this before any other call that means this device. */
  public void makeCurrent() {
    driver.cuCtxSetCurrent(context);
  }

  /** Loads a module from a fatbin; whoever asked for it unloads it. */
  public CUmodule load(byte[] fatbin) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment image = arena.allocate(fatbin.length, IMAGE_ALIGNMENT);
      MemorySegment.copy(fatbin, 0, image, ValueLayout.JAVA_BYTE, 0, fatbin.length);
      return driver.cuModuleLoadData(image);
    }
  }

  /** Releases the context; a {@link LeakReport} says first what was not given back. */
  @Override
  public void close() {
    driver.cuDevicePrimaryCtxRelease(device);
    if (driver instanceof LeakReport leaks) {
      leaks.check();
    }
  }
}
