package palimpsest.ops;

import java.util.List;
import java.util.Optional;

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

  /** What weights are multiplied in and activations are stored in. */
  DType computeType();

  /** Positions a lane takes through a model at once; a larger share goes in several passes. */
  int passPositions();

  /** What attention needs for passes of N positions in all and T in a sequence, at most. */
  AttentionMemory attentionMemory(int positions, int time, int heads);

  /** How far apart rows of so many logits should lie: at least as many. */
  int paddedColumns(int columns);

  /** Whole steps that are recorded and replayed; empty where nothing is gained by it. */
  default Optional<StepRecorder> recorder() {
    return Optional.empty();
  }

  /** A table for {@link Ops#adamw}; the caller closes it. */
  SegmentTable segments(List<Segment> segments);

  /**
   * Zeroed memory.
   *
   * @param what it is for, to be said if there is not as much
   * @throws palimpsest.base.EnvironmentException if there is not
   */
  DeviceMemory allocate(long bytes, String what);

  /**
   * Memory that is slower and larger, whose tensors can be copied from and to: of the host, pinned,
   * for a GPU; of a file that nobody else sees for a CPU. There may be anything in it.
   *
   * @param what it is for, to be said if there is not as much
   * @throws palimpsest.base.EnvironmentException if there is not
   */
  DeviceMemory allocateOverflow(long bytes, String what);

  /** Bytes that can still be allocated, where the device has memory of its own; else no limit. */
  default long freeMemory() {
    return Long.MAX_VALUE;
  }

  /** Runs the task once on each lane, side by side, and returns when all are done. */
  void onEachLane(LaneTask task);

  /**
   * Takes the time of a lane's work; to be made, used and closed in the lane's own thread.
   *
   * @param marks how many, numbered from 0
   */
  default Stopwatch stopwatch(int marks) {
    return new HostStopwatch(marks);
  }

  /** About as many bytes as could be allocated now. */
  long availableBytes();

  /** Of the last cache before memory; 0 where that means nothing. */
  long cacheBytes();

  /** Copies {@code count} integers into the tensor's first elements. */
  void write(Tensor tensor, int[] values, int offset, int count);

  /** Copies floats into the first elements of an fp32 tensor. */
  void write(Tensor tensor, float[] values);

  /** Copies the first elements of a tensor out, as fp32 whatever it stores. */
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
