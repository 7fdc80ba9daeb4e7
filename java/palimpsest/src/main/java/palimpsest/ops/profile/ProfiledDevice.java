package palimpsest.ops.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Stopwatch;
import palimpsest.ops.Tensor;
import palimpsest.ops.work.Work;

/**
 * A device whose operations, copies and memory are watched. Steps are recorded or only timed, as
 * {@link #step} is asked. It does not close the device behind it.
 */
public final class ProfiledDevice implements Device {
  /** Copies between host and device are called so among the operations. */
  private static final String WRITE = "write";

  private static final String READ = "read";

  /** The lane whose task this thread runs, if it runs one. */
  private static final ThreadLocal<LaneProfile> MINE = new ThreadLocal<>();

  private final Device device;
  private final LaneProfile[] lanes;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong peakBytes = new AtomicLong();

  public ProfiledDevice(Device device) {
    this.device = device;
    lanes = new LaneProfile[device.lanes()];
    for (int lane = 0; lane < lanes.length; lane++) {
      lanes[lane] = new LaneProfile(device, lane);
    }
  }

  /** Takes the time of a step, in seconds, from an idle device to an idle device. */
  public double step(Runnable step) {
    onLanes(LaneProfile::pass);
    idle();
    long start = System.nanoTime();
    step.run();
    idle();
    return (System.nanoTime() - start) * 1e-9;
  }

  /** Takes the time of a step and writes down what was called in it. */
  public StepTimeline recordedStep(Runnable step) {
    onLanes(LaneProfile::prepare);
    idle();
    long began = System.nanoTime();
    onLanes(lane -> lane.record(began));
    step.run();
    idle();
    double seconds = (System.nanoTime() - began) * 1e-9;
    List<Span> spans = new ArrayList<>();
    List<StepTimeline.Task> tasks = new ArrayList<>();
    for (LaneProfile lane : lanes) {
      spans.addAll(lane.spans());
      tasks.addAll(lane.tasks());
    }
    onLanes(LaneProfile::pass);
    tasks.sort(Comparator.comparingDouble(StepTimeline.Task::start));
    return new StepTimeline(began, seconds, lanes.length, spans, List.copyOf(tasks));
  }

  /** Waits until the device has done all it was given: a mark in its stream has been passed. */
  private void idle() {
    device.onEachLane(
        (_, _) -> {
          try (Stopwatch now = device.stopwatch(1)) {
            now.mark(0);
            now.seconds(0, 0);
          }
        });
  }

  private interface OnLane {
    void run(LaneProfile lane);
  }

  private void onLanes(OnLane task) {
    device.onEachLane((lane, _) -> task.run(lanes[lane]));
  }

  /** The most bytes that were allocated at one time, through this device. */
  public long peakBytes() {
    return peakBytes.get();
  }

  @Override
  public void onEachLane(LaneTask task) {
    device.onEachLane(
        (lane, ops) -> {
          LaneProfile profile = lanes[lane];
          MINE.set(profile);
          profile.beginTask();
          try {
            task.run(lane, profile.around(ops));
          } finally {
            profile.endTask();
            MINE.remove();
          }
        });
  }

  @Override
  public void write(Tensor tensor, int[] values, int offset, int count) {
    copied(WRITE, (long) count * Integer.BYTES, () -> device.write(tensor, values, offset, count));
  }

  @Override
  public void write(Tensor tensor, float[] values) {
    copied(WRITE, (long) values.length * Float.BYTES, () -> device.write(tensor, values));
  }

  @Override
  public void read(Tensor tensor, float[] values, int count) {
    copied(READ, (long) count * tensor.dtype().bytes(), () -> device.read(tensor, values, count));
  }

  @Override
  public void read(Tensor tensor, int[] values, int count) {
    copied(READ, (long) count * Integer.BYTES, () -> device.read(tensor, values, count));
  }

  /** Within a step a copy is written down like an operation; it is read and written once. */
  private void copied(String name, long count, Runnable copy) {
    LaneProfile profile = MINE.get();
    if (profile == null || !profile.recording()) {
      copy.run();
      return;
    }
    try {
      profile.timed(
          name,
          new Work(2.0 * count, 0),
          () -> {
            copy.run();
            return null;
          });
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public DeviceMemory allocate(long size, String what) {
    DeviceMemory memory = device.allocate(size, what);
    long now = bytes.addAndGet(memory.bytes());
    peakBytes.accumulateAndGet(now, Math::max);
    return new Watched(memory);
  }

  @Override
  public DeviceMemory allocateOverflow(long size, String what) {
    return device.allocateOverflow(size, what);
  }

  /** Memory that is subtracted again when it is given back. */
  private final class Watched implements DeviceMemory {
    private final DeviceMemory memory;

    Watched(DeviceMemory memory) {
      this.memory = memory;
    }

    @Override
    public long bytes() {
      return memory.bytes();
    }

    @Override
    public Tensor tensor(long offset, DType dtype, int... shape) {
      return memory.tensor(offset, dtype, shape);
    }

    @Override
    public void close() {
      bytes.addAndGet(-memory.bytes());
      memory.close();
    }
  }

  @Override
  public String kind() {
    return device.kind();
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public String fingerprint() {
    return device.fingerprint();
  }

  @Override
  public int lanes() {
    return device.lanes();
  }

  @Override
  public DType computeType() {
    return device.computeType();
  }

  @Override
  public int paddedColumns(int columns) {
    return device.paddedColumns(columns);
  }

  @Override
  public int passPositions() {
    return device.passPositions();
  }

  @Override
  public AttentionMemory attentionMemory(int positions, int time, int heads) {
    return device.attentionMemory(positions, time, heads);
  }

  @Override
  public SegmentTable segments(List<Segment> segments) {
    return device.segments(segments);
  }

  @Override
  public Stopwatch stopwatch(int marks) {
    return device.stopwatch(marks);
  }

  @Override
  public long availableBytes() {
    return device.availableBytes();
  }

  @Override
  public long cacheBytes() {
    return device.cacheBytes();
  }

  /** Gives back what this took of the device behind it, which stays open. */
  @Override
  public void close() {
    onLanes(LaneProfile::close);
  }
}
