package palimpsest.cuda;

import palimpsest.cuda.CudaHandle.CUcontext;

/** As much of a driver as a context asks of it. */
final class FakeDriver extends ForwardingCudaDriver {
  private int version = CudaContext.CUDA_NEEDED;
  private int devices = 1;
  private CudaException start;

  FakeDriver() {
    super(null);
  }

  FakeDriver version(int version) {
    this.version = version;
    return this;
  }

  FakeDriver devices(int devices) {
    this.devices = devices;
    return this;
  }

  FakeDriver failing(int code, String name, String text) {
    start = new CudaException("cuInit", code, name, text);
    return this;
  }

  @Override
  public int cuDriverGetVersion() {
    return version;
  }

  @Override
  public void cuInit(int flags) {
    if (start != null) {
      throw start;
    }
  }

  @Override
  public int cuDeviceGetCount() {
    return devices;
  }

  @Override
  public int cuDeviceGet(int ordinal) {
    return ordinal;
  }

  @Override
  public CUcontext cuDevicePrimaryCtxRetain(int device) {
    return new CUcontext(1);
  }

  @Override
  public void cuDevicePrimaryCtxRelease(int device) {}

  @Override
  public void cuCtxSetCurrent(CUcontext context) {}

  @Override
  public long cuMemAlloc(long bytes) {
    return 4096;
  }

  @Override
  public void cuMemFree(long pointer) {}
}
