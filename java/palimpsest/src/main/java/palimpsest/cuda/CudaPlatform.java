package palimpsest.cuda;

/** Whose {@code libcuda.so.1} it is: a process holds one. */
public enum CudaPlatform {
  /** NVIDIA's driver and a GPU behind it. */
  GPU,
  /** The simulator, which runs the same kernels on the processor. */
  SIMULATOR
}
