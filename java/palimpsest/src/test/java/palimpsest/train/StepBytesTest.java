package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaLibraries;
import palimpsest.cuda.CudaPlatform;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.cuda.CudaDevice;
import palimpsest.ops.work.Operation;
import palimpsest.testing.SimulatorTraffic;

/**
 * The bytes of device memory that the kernels of a step read and write, counted access by access,
 * are those of {@link StepBytes}, to the byte. Products are cublasLt's own. {@code native/traffic}
 * runs it, on a simulator that counts.
 */
@Tag("traffic")
class StepBytesTest {
  /** A segment of the optimiser's table, and its scalars, which the formulas leave out. */
  private static final int SEGMENT = 32;

  private static final int SCALARS = 48;

  /** Kernels that read such a table, by what they read of each parameter. */
  private static final Map<String, Long> WITH_TABLE =
      Map.of("ranges_wide_squares_fp32", 4L, "adamw_wide_step_bf16", 16L);

  /** Each thread has its own: nothing that these kernels load is loaded by another, too. */
  private static final Set<String> STREAMS =
      Set.of(
          "residual_wide_copy_bf16",
          "residual_wide_bias_gradient_bf16",
          "residual_sum_partials_fp32",
          "gelu_wide_erf_forward_bf16",
          "gelu_wide_erf_backward_bf16",
          "layernorm_sum_parameters_fp32",
          "ranges_sum_fp32");

  /** What is moved over what has to be, by operation. */
  private static final Map<String, Double> MOVED_TO_FLOOR =
      Map.ofEntries(
          Map.entry("layerNormForward", 1.0),
          Map.entry("layerNormPairForward", 1.0),
          Map.entry("layerNormBackward", 1.0),
          Map.entry("layerNormPairBackward", 1.0),
          Map.entry("attentionForward", 1.0),
          Map.entry("attentionBackward", 1.5),
          Map.entry("geluBackward", 1.0),
          Map.entry("crossEntropyForwardBackward", 1.0),
          Map.entry("copy", 1.0),
          Map.entry("zero", 1.0),
          Map.entry("gatherRows", 1.0),
          Map.entry("scatterRows", 1.4));

  /** How much of it may be vectors. */
  private static final double VECTORS = 0.08;

  @ParameterizedTest
  @CsvSource({"1, 0", "3, 0", "3, 1", "3, 2", "3, 3", "3, -1"})
  void theBytesOfAStep(int layers, int frozen) {
    Batch batch = batch();
    StepBytes formula = new StepBytes(layers, Math.max(0, frozen), frozen < 0, batch);
    List<SimulatorTraffic.Launch> step = step(layers, frozen, batch);
    Map<String, StepBytes.Moved> moved = new TreeMap<>();
    step.forEach(launch -> moved.merge(launch.kernel(), moved(launch), StepBytes.Moved::plus));
    WITH_TABLE.forEach(
        (kernel, bytes) -> moved.computeIfPresent(kernel, (_, all) -> known(all, bytes, formula)));
    assertEquals(lines(formula.ofKernels()), lines(moved));
    step.forEach(StepBytesTest::isDoneOnce);
  }

  private static StepBytes.Moved moved(SimulatorTraffic.Launch launch) {
    return new StepBytes.Moved(1, launch.read(), launch.written());
  }

  /** Without the table, of which no more than all is read. */
  private static StepBytes.Moved known(StepBytes.Moved all, long bytes, StepBytes formula) {
    long read = bytes * formula.trainedParameters();
    long table = all.read() - read;
    long most = SCALARS + (long) SEGMENT * formula.trainedTensors();
    assertTrue(table > 0 && table <= most, "%d of %d bytes".formatted(table, most));
    return new StepBytes.Moved(all.launches(), read, all.written());
  }

  /** A line a kernel, for a difference that can be read. */
  private static String lines(Map<String, StepBytes.Moved> moved) {
    StringBuilder text = new StringBuilder();
    moved.forEach((kernel, all) -> text.append(kernel).append(' ').append(all).append('\n'));
    return text.toString();
  }

  /** No byte is stored twice, but where rows meet in a row of the embedding. */
  private static void isDoneOnce(SimulatorTraffic.Launch launch) {
    if (!launch.kernel().equals("embedding_backward_bf16")) {
      assertEquals(launch.written(), launch.stored(), "stored by " + launch);
    }
    if (STREAMS.contains(launch.kernel())) {
      assertEquals(launch.read(), launch.loaded(), "loaded by " + launch);
    }
    if (launch.kernel().equals("layernorm_wide_pair_forward_bf16")) {
      // A row stays in registers between its statistics and the two results.
      assertEquals(StepBytes.loadedByPair(), launch.loaded(), "loaded by " + launch);
    }
  }

  /**
   * The floors that {@code kernels list} prints are what is moved, too: all of it for most
   * operations, but for vectors of C elements and sums of parts; in attention's backward pass two
   * kernels both read q, k, v and dOut, and rows that are put back have been zeroed before.
   * Products are left out, and the embedding, whose floor reads a row of the table for each token.
   */
  @Test
  void theFloorsOfOperations() {
    WatchedOperations watched = new WatchedOperations();
    step(3, -1, batch(), watched::around);
    Set<String> seen = new TreeSet<>();
    for (WatchedOperations.Call call : watched.calls()) {
      Double ratio = MOVED_TO_FLOOR.get(call.operation());
      if (ratio != null) {
        double floor = Operation.work(call.operation(), call.arguments()).bytes();
        assertEquals(ratio, call.moved() / floor, VECTORS, call.operation());
        seen.add(call.operation());
      }
    }
    assertEquals(new TreeSet<>(MOVED_TO_FLOOR.keySet()), seen);
  }

  /** About two thirds of the positions count. */
  private static Batch batch() {
    Random random = new Random(1);
    int n = StepBytes.ROWS;
    int[] tokens = random.ints(n, 0, StepBytes.VOCABULARY).toArray();
    int[] targets = random.ints(n, 0, StepBytes.VOCABULARY).toArray();
    Arrays.setAll(targets, i -> random.nextInt(3) == 0 ? Batch.IGNORED : targets[i]);
    return new Batch(StepBytes.BATCH, StepBytes.TIME, tokens, targets);
  }

  private static List<SimulatorTraffic.Launch> step(int layers, int frozen, Batch batch) {
    return step(layers, frozen, batch, device -> device);
  }

  private static List<SimulatorTraffic.Launch> step(
      int layers, int frozen, Batch batch, UnaryOperator<Device> around) {
    ModelConfig config = StepBytes.model(layers);
    var libraries = CudaLibraries.open(CudaDrivers.FFM, CudaPlatform.SIMULATOR, _ -> {});
    SimulatorTraffic traffic = SimulatorTraffic.ofLoaded();
    try (var card = CudaDevice.open(CudaPlatform.SIMULATOR, libraries, 0, DType.BF16)) {
      Device device = around.apply(card);
      try (Parameters parameters = new Parameters(device, config);
          Learner learner = new Learner(device, parameters)) {
        learner.begin(
            new Recipe(10, 1e-3, 1, 0, 0.9, 0.999, 1e-8, 0.1, false, 1),
            frozen < 0 ? FreezePlan.NONE : FreezePlan.bottom(frozen));
        traffic.take();
        learner.step(batch);
        return traffic.take();
      }
    }
  }
}
