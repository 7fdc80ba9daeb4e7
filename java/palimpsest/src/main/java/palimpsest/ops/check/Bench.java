package palimpsest.ops.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.BFloat16;

/**
 * One lane of a device and tensors to try its operations on. Activations and weights are of the
 * device's compute type; what is fp32 on every device is made as {@code …Fp32}. It knows whether an
 * operation wrote beside its tensors, or to one that it should only have read. Closing it frees the
 * tensors; the device stays open.
 */
public class Bench implements AutoCloseable {
  /** Elements before and behind each tensor that nobody should touch. */
  private static final int GUARD = 16;

  /** A number that bf16 holds exactly, too. */
  private static final float UNTOUCHED = 12352;

  private final Device device;
  private final DType dtype;
  private final RandomGenerator random;
  private final List<Item> items = new ArrayList<>();
  private final List<SegmentTable> tables = new ArrayList<>();
  private Ops ops;

  /** {@code values} if the tensor is only to be read. */
  private record Item(DeviceMemory memory, Tensor whole, float[] values) {}

  /**
   * On the device's first lane.
   *
   * @param random where inputs come from
   */
  public Bench(Device device, RandomGenerator random) {
    this.device = device;
    this.random = random;
    dtype = device.computeType();
    device.onEachLane(
        (lane, itsOps) -> {
          if (lane == 0) {
            ops = itsOps;
          }
        });
  }

  public final Device device() {
    return device;
  }

  public final Ops ops() {
    return ops;
  }

  /** Normal numbers that the dtype holds exactly, so that device and reference see the same. */
  public final double[] normal(int size) {
    return exact(DoubleStream.generate(random::nextGaussian).limit(size).toArray());
  }

  /** Rounded to the dtype. */
  public final double[] exact(double[] values) {
    return dtype == DType.BF16
        ? BFloat16.rounded(values)
        : Arrays.stream(values).map(x -> (float) x).toArray();
  }

  /** Numbers in [0, bound). */
  public final int[] integersBelow(int bound, int size) {
    return random.ints(size, 0, bound).toArray();
  }

  /** To be read and not changed: {@code values} under a shape. */
  public final Tensor input(double[] values, int... shape) {
    return add(dtype, values, true, shape);
  }

  public final Tensor inputFp32(double[] values, int... shape) {
    return add(DType.FP32, values, true, shape);
  }

  /** To be changed in place, or added to. */
  public final Tensor changed(double[] values, int... shape) {
    return add(dtype, values, false, shape);
  }

  public final Tensor changedFp32(double[] values, int... shape) {
    return add(DType.FP32, values, false, shape);
  }

  /** To be changed in place, in rows as far apart as the device wants them; NaN between. */
  public final Tensor logits(double[] values, int rows, int vocabulary) {
    int stride = device.paddedColumns(vocabulary);
    double[] padded = nans(rows, stride);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * vocabulary, padded, row * stride, vocabulary);
    }
    return changed(padded, rows, stride).firstColumns(vocabulary);
  }

  /** To be overwritten: full of NaN before. */
  public final Tensor poisoned(int... shape) {
    return add(dtype, nans(shape), false, shape);
  }

  public final Tensor poisonedFp32(int... shape) {
    return add(DType.FP32, nans(shape), false, shape);
  }

  private static double[] nans(int... shape) {
    double[] values = new double[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, Double.NaN);
    return values;
  }

  /** Indices or targets. */
  public final Tensor integers(int... values) {
    DeviceMemory memory = device.allocate((long) values.length * Integer.BYTES, "a check");
    Tensor tensor = memory.tensor(0, DType.INT32, values.length);
    device.write(tensor, values, 0, values.length);
    items.add(new Item(memory, null, null));
    return tensor;
  }

  /** A table for the optimiser's operations. */
  public final SegmentTable segments(Segment... segments) {
    SegmentTable table = device.segments(List.of(segments));
    tables.add(table);
    return table;
  }

  /** What attention of this shape keeps for its backward pass: full of NaN. */
  public final Tensor kept(AttentionShape shape) {
    return poisonedFp32(Math.toIntExact(memory(shape).kept()));
  }

  /** What attention of this shape may overwrite: full of NaN. */
  public final Tensor scratch(AttentionShape shape) {
    return poisonedFp32(Math.toIntExact(memory(shape).scratch()));
  }

  private AttentionMemory memory(AttentionShape shape) {
    return device.attentionMemory(shape.batch() * shape.time(), shape.time(), shape.heads());
  }

  private Tensor add(DType type, double[] values, boolean onlyRead, int... shape) {
    int size = values.length;
    float[] floats = new float[GUARD + size + GUARD];
    Arrays.fill(floats, UNTOUCHED);
    for (int i = 0; i < size; i++) {
      floats[GUARD + i] = (float) values[i];
    }
    DeviceMemory memory = device.allocate((long) floats.length * type.bytes(), "a check");
    Tensor whole = memory.tensor(0, type, floats.length);
    write(whole, floats);
    items.add(new Item(memory, whole, onlyRead ? floats : null));
    return whole.slice(GUARD, shape);
  }

  private void write(Tensor tensor, float[] floats) {
    if (tensor.dtype() == DType.FP32) {
      device.write(tensor, floats);
      return;
    }
    try (DeviceMemory memory = device.allocate((long) floats.length * Float.BYTES, "a check")) {
      Tensor wide = memory.tensor(0, DType.FP32, floats.length);
      device.write(wide, floats);
      ops.copy(tensor, wide);
      device.read(wide, new float[1], 1); // the copy has come past its memory
    }
  }

  /** All elements, whatever the tensor stores. */
  public final double[] read(Tensor tensor) {
    float[] floats = new float[Math.toIntExact(tensor.size())];
    device.read(tensor, floats, floats.length);
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  /** The first elements of an integer tensor. */
  public final int[] readIntegers(Tensor tensor) {
    int[] values = new int[Math.toIntExact(tensor.size())];
    device.read(tensor, values, values.length);
    return values;
  }

  /** What an operation did to memory that is not its own, if any did. */
  public final Optional<String> damage() {
    return items.stream()
        .filter(item -> item.whole != null)
        .flatMap(item -> damage(item).stream())
        .findFirst();
  }

  private Optional<String> damage(Item item) {
    float[] now = new float[Math.toIntExact(item.whole.size())];
    device.read(item.whole, now, now.length);
    if (item.values != null && !Arrays.equals(item.values, now)) {
      return Optional.of("an operation changed what it should only read");
    }
    for (int i = 0; i < GUARD; i++) {
      if (now[i] != UNTOUCHED || now[now.length - 1 - i] != UNTOUCHED) {
        return Optional.of("an operation wrote beside its tensor");
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    tables.forEach(SegmentTable::close);
    items.forEach(item -> item.memory.close());
  }
}
