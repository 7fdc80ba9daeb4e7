package palimpsest.cuda;

/**
 * What the driver and cuBLAS hand out and take back, each in a type of its own, so that no stream is
 * passed for an event. A device pointer is a plain {@code long} that arithmetic is done with.
 */
public sealed interface CudaHandle {
  /** The value that C sees, a pointer that nothing but the driver may follow. */
  long address();

  /** A context; null is no context. */
  record CUcontext(long address) implements CudaHandle {}

  /** A module: a fatbin's kernels in one context. */
  record CUmodule(long address) implements CudaHandle {}

  /**
   * A kernel.
   *
   * @param name what it was asked for by: a launch that fails says so
   */
  record CUfunction(long address, String name) implements CudaHandle {}

  /** A stream; work on one is done in order. */
  record CUstream(long address) implements CudaHandle {
    /** The stream that waits for all others of its context. */
    public static final CUstream LEGACY_DEFAULT = new CUstream(0);
  }

  /** A point in a stream. */
  record CUevent(long address) implements CudaHandle {}

  /** What a capture recorded. */
  record CUgraph(long address) implements CudaHandle {}

  /** A graph ready to launch. */
  record CUgraphExec(long address) implements CudaHandle {}

  /** The cuBLAS library on one device. */
  record CublasHandle(long address) implements CudaHandle {}
}
