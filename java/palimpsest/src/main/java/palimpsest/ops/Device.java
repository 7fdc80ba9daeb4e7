package palimpsest.ops;

/**
 * Where a model lives and runs. A device has one or more <em>lanes</em> that work side by side: CPU
 * threads with single-threaded BLAS, or GPU streams. No op starts threads of its own; the caller
 * splits the work by lane.
 */
public interface Device extends AutoCloseable {
  /** The short kind: {@code cpu}. */
  String kind();

  /** The hardware in words. */
  String name();

  /** What the bits of a result depend on: library, core, vector width, lanes, JDK. */
  String fingerprint();

  int lanes();

  /**
   * Zeroed memory.
   *
   * @throws palimpsest.base.RunException if there is not as much
   */
  DeviceMemory allocate(long bytes);

  /** Runs the task once on each lane, side by side, and returns when all are done. */
  void onEachLane(LaneTask task);

  /** Copies {@code count} integers into the tensor's first elements. */
  void write(Tensor tensor, int[] values, int offset, int count);

  /** Copies floats into the tensor's first elements. */
  void write(Tensor tensor, float[] values);

  /** Copies the tensor's first elements out. */
  void read(Tensor tensor, float[] values, int count);

  /** Copies the tensor's first elements out. */
  void read(Tensor tensor, int[] values, int count);

  @Override
  void close();

  /** Work of one lane. */
  @FunctionalInterface
  interface LaneTask {
    void run(int lane, Ops ops);
  }
}
