package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.Initialisation;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.cpu.CpuDevice;

/** A training step that has been compiled leaves the heap alone. */
class AllocationTest {
  private static final long BYTES_A_STEP = 16 * 1024;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * A vector that a method hands to another is an object on the heap until both are compiled into
   * one; some dozens of bytes a vector make megabytes a step. Stretches of steps are measured until
   * one is quiet: how soon the compiler is done is its own affair.
   */
  @ParameterizedTest
  @CsvSource({"true, 1", "false, 1", "true, 2"})
  void aStepAllocatesKilobytes(boolean parallel, int lanes) {
    ModelConfig config = new ModelConfig(2, 40, 4, 100, 61, 24, 0.5, 10000, parallel, false, 1e-5);
    Random random = new Random(1);
    try (CpuDevice device = new CpuDevice(lanes);
        Parameters parameters = new Parameters(device, config);
        Learner learner = new Learner(device, parameters)) {
      parameters.initialise(Initialisation.SMALL, 1);
      learner.begin(
          new Recipe(100_000, 1e-3, 0.1, 5, 0.9, 0.999, 1e-8, 0.1, false, 1), FreezePlan.NONE);
      Batch[] batches = new Batch[4];
      for (int i = 0; i < batches.length; i++) {
        int[] tokens = random.ints(6 * 24, 0, 61).toArray();
        batches[i] = new Batch(6, 24, tokens, random.ints(6 * 24, -1, 61).toArray());
      }
      long least = Long.MAX_VALUE;
      for (int stretch = 0; stretch < 100 && least > BYTES_A_STEP; stretch++) {
        long before = THREADS.getTotalThreadAllocatedBytes();
        for (int step = 0; step < 20; step++) {
          learner.step(batches[step % batches.length]);
        }
        least = Math.min(least, (THREADS.getTotalThreadAllocatedBytes() - before) / 20);
      }
      assertTrue(least <= BYTES_A_STEP, least + " bytes a step");
    }
  }
}
