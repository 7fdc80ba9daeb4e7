package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUgraphExec;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaLibraries;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.ForwardingCudaDriver;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.DType;
import palimpsest.ops.TestDevices;
import palimpsest.ops.cuda.CudaDevice;
import palimpsest.ops.cuda.KernelChoice;
import palimpsest.testing.OptionalTools;

/** A training step as one CUDA graph. */
@Tag(TestDevices.SIMULATOR)
class RecordedStepTest {
  private static final ModelConfig CONFIG =
      new ModelConfig(2, 32, 2, 64, 24, 16, 0.5, 10000, true, false, 1e-5);

  /** A rate that changes, and a clip that the gradients are above at first. */
  private static final Recipe RECIPE =
      new Recipe(12, 1e-2, 0.1, 3, 0.9, 0.999, 1e-8, 0.1, false, 0.2);

  @BeforeAll
  static void simulator() {
    OptionalTools.simulator();
  }

  /** What a driver was asked to do since it was last cleared. */
  private static final class Counting extends ForwardingCudaDriver {
    private int kernels;
    private int graphs;

    Counting(CudaDriver driver) {
      super(driver);
    }

    void clear() {
      kernels = 0;
      graphs = 0;
    }

    @Override
    public void cuLaunchKernel(
        CUfunction function,
        int gridDimX,
        int gridDimY,
        int gridDimZ,
        int blockDimX,
        int blockDimY,
        int blockDimZ,
        int sharedMemBytes,
        CUstream stream,
        MemorySegment kernelParams) {
      kernels++;
      super.cuLaunchKernel(
          function,
          gridDimX,
          gridDimY,
          gridDimZ,
          blockDimX,
          blockDimY,
          blockDimZ,
          sharedMemBytes,
          stream,
          kernelParams);
    }

    @Override
    public void cuGraphLaunch(CUgraphExec graph, CUstream stream) {
      graphs++;
      super.cuGraphLaunch(graph, stream);
    }
  }

  private static CudaDevice open(Counting driver, DType dtype, boolean graphs) {
    var found = CudaLibraries.open(CudaDrivers.FFM, CudaPlatform.SIMULATOR, _ -> {});
    return CudaDevice.open(
        CudaPlatform.SIMULATOR, found.with(driver), 0, dtype, KernelChoice.FAST, graphs);
  }

  private static Counting driver() {
    var provider = CudaDrivers.provider(CudaDrivers.FFM);
    return new Counting(CudaDrivers.open(provider, CudaPlatform.SIMULATOR));
  }

  /** What a run of steps leaves. */
  private record Left(List<StepReport> reports, float[] weights, Moments moments) {}

  private static Left train(DType dtype, boolean graphs, FreezePlan plan, int poisonedStep) {
    try (var device = open(driver(), dtype, graphs);
        Parameters parameters = new Parameters(device, CONFIG);
        Learner learner = new Learner(device, parameters)) {
      parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 1));
      learner.begin(RECIPE, plan);
      List<StepReport> reports = new ArrayList<>();
      float[] before = null;
      for (int step = 0; step < 8; step++) {
        if (step == poisonedStep) {
          before = parameters.copy();
          float[] poisoned = before.clone();
          poisoned[poisoned.length - 1] = Float.NaN;
          parameters.restore(poisoned);
        }
        // Two shapes that take turns: each is recorded when it comes again.
        reports.add(learner.step(batch(step, step % 2 == 0 ? 9 : 16)));
        if (step == poisonedStep) {
          parameters.restore(before);
        }
      }
      return new Left(reports, parameters.copy(), learner.moments());
    }
  }

  @ParameterizedTest
  @CsvSource({"FP32, 0, -1", "BF16, 0, -1", "BF16, 1, -1", "FP32, 0, 5"})
  void aRecordedStepHasTheBitsOfAPlainOne(DType dtype, int frozen, int poisonedStep) {
    FreezePlan plan = frozen == 0 ? FreezePlan.NONE : FreezePlan.bottom(frozen);
    Left recorded = train(dtype, true, plan, poisonedStep);
    Left plain = train(dtype, false, plan, poisonedStep);
    assertEquals(plain.reports(), recorded.reports());
    assertArrayEquals(plain.weights(), recorded.weights());
    assertArrayEquals(plain.moments().first(), recorded.moments().first());
    assertArrayEquals(plain.moments().second(), recorded.moments().second());
    assertEquals(plain.moments().steps(), recorded.moments().steps());
    assertTrue(plain.reports().getFirst().gradientNorm() > RECIPE.clip(), "it was clipped");
  }

  /** With several lanes, or a term beside the task's, the host clips; the bits are the same. */
  @Test
  void theDeviceClipsAsTheHostDoes() {
    Left recorded = train(DType.FP32, true, FreezePlan.NONE, -1);
    try (var device = open(driver(), DType.FP32, true);
        Parameters parameters = new Parameters(device, CONFIG);
        Learner learner = new Learner(device, parameters)) {
      parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 1));
      learner.begin(RECIPE, FreezePlan.NONE);
      for (int step = 0; step < 8; step++) {
        GradientHook unchanged = (gradient, space) -> 0;
        learner.step(List.of(Term.task(batch(step, step % 2 == 0 ? 9 : 16))), unchanged);
      }
      assertArrayEquals(recorded.weights(), parameters.copy());
    }
  }

  @Test
  void aStepIsOneLaunch() {
    Counting driver = driver();
    try (var device = open(driver, DType.BF16, true);
        Parameters parameters = new Parameters(device, CONFIG);
        Learner learner = new Learner(device, parameters)) {
      parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 1));
      learner.begin(RECIPE, FreezePlan.NONE);
      learner.step(batch(1, 9));
      learner.step(batch(2, 9));
      for (int step = 3; step < 6; step++) {
        driver.clear();
        learner.step(batch(step, 9));
        assertEquals(0, driver.kernels, "kernels launched one by one");
        assertEquals(1, driver.graphs, "graphs");
      }
      learner.begin(RECIPE, FreezePlan.bottom(1));
      driver.clear();
      learner.step(batch(6, 9));
      assertEquals(0, driver.graphs, "another freeze plan is recorded anew");
    }
  }

  private static Batch batch(int seed, int time) {
    Random random = new Random(seed);
    int[] tokens = random.ints(3L * time, 0, 24).toArray();
    return new Batch(3, time, tokens, random.ints(3L * time, 0, 24).toArray());
  }
}
