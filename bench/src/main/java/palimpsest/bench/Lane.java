package palimpsest.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.ops.cpu.OpenBlas;

/** One lane of the CPU with tensors of random numbers: a thread on single-threaded BLAS. */
final class Lane implements AutoCloseable {
  /** What the program's virtual machine gets from the launcher. */
  static final String MODULES = "--add-modules=jdk.incubator.vector";

  static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
  static final String COLLECTOR = "-XX:+UseSerialGC";

  private final CpuDevice device = new CpuDevice(1, OpenBlas.AUTODETECT);
  private final List<DeviceMemory> memories = new ArrayList<>();
  private final List<SegmentTable> tables = new ArrayList<>();
  private final Random random = new Random(1);
  private Ops ops;

  Lane() {
    device.onEachLane((_, itsOps) -> ops = itsOps);
  }

  Ops ops() {
    return ops;
  }

  /** Standard normal numbers. */
  Tensor normal(int... shape) {
    float[] values = new float[size(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return tensor(values, shape);
  }

  Tensor tensor(float[] values, int... shape) {
    Tensor tensor = zeros(shape);
    device.write(tensor, values);
    return tensor;
  }

  Tensor zeros(int... shape) {
    return allocate(DType.FP32, shape);
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
    DeviceMemory memory = device.allocate((long) size(shape) * dtype.bytes());
    memories.add(memory);
    return memory.tensor(0, dtype, shape);
  }

  private static int size(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  @Override
  public void close() {
    tables.forEach(SegmentTable::close);
    memories.forEach(DeviceMemory::close);
    device.close();
  }
}
