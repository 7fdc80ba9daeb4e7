package palimpsest.cuda;

import java.lang.foreign.MemorySegment;

/**
 * What the driver and the libraries of products hand out and take back, each in a type of its own,
 * so that no stream is passed for an event. A device pointer is a plain {@code long} that
 * arithmetic is done with.
 */
public sealed interface CudaHandle {
  /** The pointer as C sees it, of no length: nothing but the library may follow it. */
  MemorySegment pointer();

  default long address() {
    return pointer().address();
  }

  /** A context; null is no context. */
  record CUcontext(MemorySegment pointer) implements CudaHandle {
    public CUcontext(long address) {
      this(MemorySegment.ofAddress(address));
    }
  }

  /** A module: a fatbin's kernels in one context. */
  record CUmodule(MemorySegment pointer) implements CudaHandle {
    public CUmodule(long address) {
      this(MemorySegment.ofAddress(address));
    }
  }

  /**
   * A kernel.
   *
   * @param name what it was asked for by: a launch that fails says so
   */
  record CUfunction(MemorySegment pointer, String name) implements CudaHandle {
    public CUfunction(long address, String name) {
      this(MemorySegment.ofAddress(address), name);
    }
  }

  /** A stream; work on one is done in order. */
  record CUstream(MemorySegment pointer) implements CudaHandle {
    /** The stream that waits for all others of its context. */
    public static final CUstream LEGACY_DEFAULT = new CUstream(0);

    public CUstream(long address) {
      this(MemorySegment.ofAddress(address));
    }
  }

  /** A point in a stream. */
  record CUevent(MemorySegment pointer) implements CudaHandle {
    public CUevent(long address) {
      this(MemorySegment.ofAddress(address));
    }
  }

  /** What a capture recorded. */
  record CUgraph(MemorySegment pointer) implements CudaHandle {
    public CUgraph(long address) {
      this(MemorySegment.ofAddress(address));
    }
  }

  /** A graph ready to launch. */
  record CUgraphExec(MemorySegment pointer) implements CudaHandle {
    public CUgraphExec(long address) {
      this(MemorySegment.ofAddress(address));
    }
  }

  /** The cuBLAS library on one device. */
  record CublasHandle(MemorySegment pointer) implements CudaHandle {
    public CublasHandle(long address) {
      this(MemorySegment.ofAddress(address));
    }
  }

  /** The cublasLt library on one device. */
  record CublasLtHandle(MemorySegment pointer) implements CudaHandle {}

  /**
   * How a matrix lies in memory.
   *
   * @param rows of it, which a product that fails tells with the columns
   */
  record CublasLtMatrixLayout(MemorySegment pointer, long rows, long columns)
      implements CudaHandle {
    @Override
    public String toString() {
      return "%d x %d".formatted(rows, columns);
    }
  }

  /** What is done with the matrices of a product. */
  record CublasLtMatmulDesc(MemorySegment pointer) implements CudaHandle {}

  /** What an algorithm for a product may count on. */
  record CublasLtMatmulPreference(MemorySegment pointer) implements CudaHandle {}
}
