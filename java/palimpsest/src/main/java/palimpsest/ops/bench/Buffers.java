package palimpsest.ops.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;

/**
 * The tensors of one {@link Call}, cut one after the other from a slab of memory and filled when
 * all are known. Imagined ones have sizes and no memory: enough to count what an operation has to
 * do.
 */
final class Buffers implements AutoCloseable {
  /** A tensor's first element lies as an allocation of its own would. */
  private static final long ALIGNMENT = 256;

  private final Device device;
  private final DType compute;
  private final DeviceMemory slab;
  private final Fillings fillings;
  private final long begin;
  private final List<Runnable> fills = new ArrayList<>();
  private final List<Consumer<Ops>> preparations = new ArrayList<>();
  private final List<SegmentTable> tables = new ArrayList<>();
  private long end;

  private Buffers(Device device, DType compute, DeviceMemory slab, Fillings fillings, long begin) {
    this.device = device;
    this.compute = compute;
    this.slab = slab;
    this.fillings = fillings;
    this.begin = begin;
    end = begin;
  }

  /** Of no memory at all. */
  static Buffers imagined(DType compute) {
    return new Buffers(null, compute, null, null, 0);
  }

  /** Of no memory, but of the sizes that a device asks for. */
  static Buffers planned(Device device) {
    return new Buffers(device, device.computeType(), null, null, 0);
  }

  /** From byte {@code begin} of the slab on. */
  static Buffers in(DeviceMemory slab, Device device, Fillings fillings, long begin) {
    return new Buffers(device, device.computeType(), slab, fillings, begin);
  }

  /** Bytes taken so far. */
  long bytes() {
    return end - begin;
  }

  /** Normal numbers in the compute type. */
  Tensor normal(long... shape) {
    return filled(compute, shape);
  }

  Tensor normalFp32(long... shape) {
    return filled(DType.FP32, shape);
  }

  /** Rows of so many logits with what the device wants between them. */
  Tensor paddedLogits(long rows, int vocabulary) {
    return normal(rows, device == null ? vocabulary : device.paddedColumns(vocabulary));
  }

  Tensor logits(long rows, int vocabulary) {
    return paddedLogits(rows, vocabulary).firstColumns(vocabulary);
  }

  /** Zeros, or what was there before. */
  Tensor room(long... shape) {
    return cut(compute, shape);
  }

  Tensor roomFp32(long... shape) {
    return cut(DType.FP32, shape);
  }

  /** Ones in fp32. */
  Tensor ones(long... shape) {
    Tensor tensor = cut(DType.FP32, shape);
    fills.add(() -> fillings.ones(tensor));
    return tensor;
  }

  /** Integers in [0, bound). */
  Tensor integers(int bound, int count) {
    Tensor tensor = cut(DType.INT32, count);
    fills.add(() -> fillings.integers(tensor, bound));
    return tensor;
  }

  /** Every {@code of / count}-th integer from 0 on: rows of a batch. */
  Tensor spread(int count, int of) {
    Tensor tensor = cut(DType.INT32, count);
    fills.add(() -> fillings.spread(tensor, of));
    return tensor;
  }

  /** One integer over and over. */
  Tensor constant(int value, int count) {
    Tensor tensor = cut(DType.INT32, count);
    fills.add(() -> fillings.constant(tensor, value));
    return tensor;
  }

  /** The weights as products read them: themselves, or room for them in the compute type. */
  Tensor computed(Tensor weights) {
    return compute == DType.FP32 ? weights : cut(compute, weights.size());
  }

  /** Something to be done once, after the tensors are filled. */
  void first(Consumer<Ops> preparation) {
    preparations.add(preparation);
  }

  /** cos and sin of Pythia's rotary positions: {@code [T, rotary]}. */
  Tensor rotations(AttentionShape shape) {
    Tensor tensor = cut(DType.FP32, shape.time(), Math.max(1, shape.rotary()));
    fills.add(() -> fillings.rotations(tensor));
    return tensor;
  }

  /** All of the flat buffers, as one segment for each part of at most 2^30 elements. */
  SegmentTable segments(long elements) {
    List<Segment> segments = new ArrayList<>();
    for (long first = 0; first < elements; first += 1 << 30) {
      int length = (int) Math.min(1 << 30, elements - first);
      segments.add(new Segment(first, length, 1, true, false));
    }
    SegmentTable table = slab == null ? new Imagined(segments) : device.segments(segments);
    tables.add(table);
    return table;
  }

  /** What attention keeps for its backward pass. */
  Tensor kept(AttentionShape shape) {
    return cut(DType.FP32, memory(shape).kept());
  }

  Tensor scratch(AttentionShape shape) {
    return cut(DType.FP32, memory(shape).scratch());
  }

  private AttentionMemory memory(AttentionShape shape) {
    return device == null
        ? new AttentionMemory(1, 1)
        : device.attentionMemory(shape.batch() * shape.time(), shape.time(), shape.heads());
  }

  private Tensor filled(DType dtype, long... shape) {
    Tensor tensor = cut(dtype, shape);
    fills.add(() -> fillings.normal(tensor));
    return tensor;
  }

  private Tensor cut(DType dtype, long... shape) {
    int[] sizes = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    Tensor tensor = slab == null ? Tensor.at(end, dtype, sizes) : slab.tensor(end, dtype, sizes);
    long bytes = tensor.size() * dtype.bytes();
    end += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return tensor;
  }

  /** Fills all tensors that were asked to be, and prepares what is to be prepared. */
  void fill(Ops ops) {
    fills.forEach(Runnable::run);
    preparations.forEach(preparation -> preparation.accept(ops));
  }

  @Override
  public void close() {
    tables.forEach(SegmentTable::close);
  }

  private record Imagined(List<Segment> segments) implements SegmentTable {
    @Override
    public void close() {}
  }
}
