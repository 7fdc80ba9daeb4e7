package palimpsest.lab;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;

/**
 * How fast a device multiplies matrices, each lane its own, as training does. The time is the
 * processor's, not the clock's: what other programs take is not counted.
 */
public final class Speed {
  // The first matrix of the MLP in `tiny`: 8 sequences of 128 tokens, 128 to 512 channels.
  private static final int ROWS = 1024;
  private static final int IN = 128;
  private static final int OUT = 512;
  private static final double FLOPS = 2.0 * ROWS * IN * OUT;

  private static final int ROUNDS = 5;
  private static final long ROUND_NANOSECONDS = 100_000_000;

  private static final ThreadMXBean TIMES = ManagementFactory.getThreadMXBean();

  private Speed() {}

  /** Products on all lanes side by side, in FLOP/s: the best of a few short rounds. */
  public static double sgemm(Device device) {
    long bytes = 4L * (ROWS * IN + OUT * IN + ROWS * OUT);
    DeviceMemory[] memories = new DeviceMemory[device.lanes()];
    try {
      for (int lane = 0; lane < memories.length; lane++) {
        memories[lane] = device.allocate(bytes, "a product's matrices");
      }
      double best = 0;
      for (int round = 0; round < ROUNDS; round++) {
        best = Math.max(best, round(device, memories));
      }
      return best;
    } finally {
      for (DeviceMemory memory : memories) {
        if (memory != null) {
          memory.close();
        }
      }
    }
  }

  private static double round(Device device, DeviceMemory[] memories) {
    double[] rates = new double[memories.length];
    device.onEachLane(
        (lane, ops) -> {
          DeviceMemory memory = memories[lane];
          Tensor in = memory.tensor(0, DType.FP32, ROWS, IN);
          Tensor weight = memory.tensor(4L * ROWS * IN, DType.FP32, OUT, IN);
          Tensor out = memory.tensor(4L * (ROWS + OUT) * IN, DType.FP32, ROWS, OUT);
          long began = TIMES.getCurrentThreadCpuTime();
          long products = 0;
          while (TIMES.getCurrentThreadCpuTime() - began < ROUND_NANOSECONDS) {
            ops.matmul(out, in, weight);
            products++;
          }
          rates[lane] = products * FLOPS / ((TIMES.getCurrentThreadCpuTime() - began) / 1e9);
        });
    double sum = 0;
    for (double rate : rates) {
      sum += rate;
    }
    return sum;
  }
}
