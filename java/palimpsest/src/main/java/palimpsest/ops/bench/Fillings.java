package palimpsest.ops.bench;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/** The numbers that tensors are filled with: a pool on the device, copied over and over. */
final class Fillings implements AutoCloseable {
  /** Not a power of two, so that the rows of a matrix differ. */
  private static final int POOL = (1 << 20) - 3;

  private static final double ROTARY_BASE = 10_000;

  private final Device device;
  private final Ops ops;
  private final RandomGenerator random;
  private final DeviceMemory memory;
  private final Tensor normals;
  private final Tensor ones;

  Fillings(Device device, Ops ops, RandomGenerator random, int most) {
    this.device = device;
    this.ops = ops;
    this.random = random;
    int size = Math.min(POOL, most);
    memory = device.allocate(2L * Float.BYTES * (size + 64), "random numbers");
    normals = memory.tensor(0, DType.FP32, size);
    ones = memory.tensor((size + 63L) / 64 * 64 * Float.BYTES, DType.FP32, size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    device.write(normals, values);
    Arrays.fill(values, 1);
    device.write(ones, values);
  }

  void normal(Tensor tensor) {
    copyOver(tensor, normals);
  }

  void ones(Tensor tensor) {
    copyOver(tensor, ones);
  }

  private void copyOver(Tensor tensor, Tensor pool) {
    for (long first = 0; first < tensor.size(); first += pool.size()) {
      int count = (int) Math.min(pool.size(), tensor.size() - first);
      ops.copy(tensor.slice(first, count), pool.slice(0, count));
    }
  }

  void integers(Tensor tensor, int bound) {
    int count = Math.toIntExact(tensor.size());
    device.write(tensor, random.ints(count, 0, bound).toArray(), 0, count);
  }

  void constant(Tensor tensor, int value) {
    int[] values = new int[Math.toIntExact(tensor.size())];
    Arrays.fill(values, value);
    device.write(tensor, values, 0, values.length);
  }

  void spread(Tensor tensor, int of) {
    int count = Math.toIntExact(tensor.size());
    int[] values = new int[count];
    Arrays.setAll(values, i -> (int) ((long) i * of / count));
    device.write(tensor, values, 0, count);
  }

  void rotations(Tensor tensor) {
    int rotary = tensor.columns();
    int half = rotary / 2;
    float[] values = new float[Math.toIntExact(tensor.size())];
    for (int t = 0; t < tensor.rows(); t++) {
      for (int i = 0; i < half; i++) {
        double angle = t * Math.pow(ROTARY_BASE, -(double) i / half);
        values[t * rotary + i] = (float) Math.cos(angle);
        values[t * rotary + half + i] = (float) Math.sin(angle);
      }
    }
    device.write(tensor, values);
  }

  @Override
  public void close() {
    memory.close();
  }
}
