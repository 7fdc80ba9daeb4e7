package palimpsest.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaPlatform;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Stopwatch;
import palimpsest.ops.Tensor;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.ops.cuda.CudaDevice;

/**
 * One lane of a device with tensors of random numbers: a thread of the CPU on single-threaded BLAS,
 * or the stream of a GPU or the simulator. Tensors are of the device's compute type unless their
 * name says otherwise.
 */
final class Lane implements AutoCloseable {
  /** What the program's virtual machine gets from the launcher. */
  static final String MODULES = "--add-modules=jdk.incubator.vector";

  static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
  static final String COLLECTOR = "-XX:+UseSerialGC";

  /** Calls between two looks at a stream's events: the stream is kept full that long. */
  private static final int EVENTS = 64;

  private final Device device;
  private final Stopwatch events;
  private final List<DeviceMemory> memories = new ArrayList<>();
  private final List<SegmentTable> tables = new ArrayList<>();
  private final Random random = new Random(1);
  private Ops ops;
  private int called;

  /**
   * @param where {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}
   */
  Lane(String where) {
    device = open(where);
    device.onEachLane((_, itsOps) -> ops = itsOps);
    events = device.kind().equals("cpu") ? null : device.stopwatch(2 * EVENTS);
  }

  private static Device open(String where) {
    DType dtype = where.endsWith(":bf16") ? DType.BF16 : DType.FP32;
    return switch (where.replace(":bf16", "")) {
      case "cpu" -> new CpuDevice(1);
      case "sim" -> cuda(CudaPlatform.SIMULATOR, dtype);
      case "cuda" -> cuda(CudaPlatform.GPU, dtype);
      default -> throw new IllegalArgumentException("device " + where);
    };
  }

  private static Device cuda(CudaPlatform platform, DType dtype) {
    return CudaDevice.open(platform, CudaDrivers.FFM, 0, dtype, System.err::println);
  }

  /**
   * Runs an operation and counts what it had to do; in a stream also how long it took there, which
   * is not waited for but now and then.
   */
  void run(Work work, double flops, double bytes, Consumer<Ops> operation) {
    if (events == null) {
      operation.accept(ops);
    } else {
      events.mark(2 * called);
      operation.accept(ops);
      events.mark(2 * called + 1);
      called++;
      if (called == EVENTS) {
        drain(work);
      }
    }
    work.add(flops, bytes);
  }

  private void drain(Work work) {
    for (int i = 0; i < EVENTS; i++) {
      work.busy += events.seconds(2 * i, 2 * i + 1);
    }
    called = 0;
  }

  /** Bytes of an activation's element. */
  int bytes() {
    return device.computeType().bytes();
  }

  Ops ops() {
    return ops;
  }

  /** Standard normal numbers. */
  Tensor normal(int... shape) {
    Tensor wide = normalFp32(shape);
    Tensor tensor = zeros(shape);
    ops.copy(tensor, wide);
    return tensor;
  }

  Tensor normalFp32(int... shape) {
    float[] values = new float[size(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return fp32(values, shape);
  }

  Tensor fp32(float[] values, int... shape) {
    Tensor tensor = zerosFp32(shape);
    device.write(tensor, values);
    return tensor;
  }

  Tensor zeros(int... shape) {
    return allocate(device.computeType(), shape);
  }

  Tensor zerosFp32(int... shape) {
    return allocate(DType.FP32, shape);
  }

  /** {@code count} of the numbers [0, of), evenly spread. */
  Tensor spread(int count, int of) {
    Tensor tensor = allocate(DType.INT32, count);
    int[] values = new int[count];
    Arrays.setAll(values, i -> (int) ((long) i * of / count));
    device.write(tensor, values, 0, count);
    return tensor;
  }

  /** Numbers in [0, bound). */
  Tensor integersBelow(int bound, int count) {
    Tensor tensor = allocate(DType.INT32, count);
    device.write(tensor, random.ints(count, 0, bound).toArray(), 0, count);
    return tensor;
  }

  SegmentTable segments(Segment... segments) {
    SegmentTable table = device.segments(List.of(segments));
    tables.add(table);
    return table;
  }

  AttentionMemory attentionMemory(AttentionShape shape) {
    return device.attentionMemory(shape.batch() * shape.time(), shape.time(), shape.heads());
  }

  private Tensor allocate(DType dtype, int... shape) {
    DeviceMemory memory = device.allocate((long) size(shape) * dtype.bytes(), "a benchmark");
    memories.add(memory);
    return memory.tensor(0, dtype, shape);
  }

  private static int size(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  @Override
  public void close() {
    if (events != null) {
      events.close();
    }
    tables.forEach(SegmentTable::close);
    memories.forEach(DeviceMemory::close);
    device.close();
  }
}
