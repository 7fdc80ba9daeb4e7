package palimpsest.model;

import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;

/**
 * By what rotary positions turn queries and keys (Su et al. 2021).
 *
 * @param table {@code [positions, rotary]}: in each row the cosines of {@code position · base^(−2i
 *     / rotary)}, then the sines
 */
record RotaryAngles(DeviceMemory memory, Tensor table) implements AutoCloseable {
  /** Computed in double precision, and then rounded. */
  static RotaryAngles of(Device device, ModelConfig config) {
    int rotary = config.rotaryDimensions();
    int half = rotary / 2;
    float[] values = new float[config.positions() * rotary];
    for (int position = 0; position < config.positions(); position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * Math.pow(config.rotaryBase(), -2.0 * i / rotary);
        values[position * rotary + i] = (float) Math.cos(angle);
        values[position * rotary + half + i] = (float) Math.sin(angle);
      }
    }
    DeviceMemory memory =
        device.allocate(Tensor.bytes(DType.FP32, config.positions(), rotary), "rotary angles");
    Tensor table = memory.tensor(0, DType.FP32, config.positions(), rotary);
    device.write(table, values);
    return new RotaryAngles(memory, table);
  }

  @Override
  public void close() {
    memory.close();
  }
}
