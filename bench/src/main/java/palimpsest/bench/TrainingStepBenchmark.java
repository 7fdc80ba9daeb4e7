package palimpsest.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.Initialisation;
import palimpsest.model.MemoryUse;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.model.PrefixCache;
import palimpsest.model.Recompute;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.ops.work.ModelShape;
import palimpsest.train.Learner;
import palimpsest.train.Recipe;
import palimpsest.train.StepReport;

/**
 * A whole pretraining step on all lanes: forward, backward, clipping, AdamW. {@code
 * bench/peers/torch_step.py} times the same in PyTorch; {@code bench/peers/compare_step.py} runs
 * the two in turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
public class TrainingStepBenchmark {
  /** That of {@code tiny}, as {@code kernels bench --shape} has it, but with spaces for commas. */
  @Param("L=4 C=128 H=4 V=697 B=8 T=128")
  public String shape;

  @Param("2")
  public int threads;

  /** Bottom layers frozen with the embedding; −1 for nothing frozen. */
  @Param("-1")
  public int frozen;

  /** MiB to keep the outputs of frozen layers in, which every step after the first finds there. */
  @Param("0")
  public int prefixCache;

  private CpuDevice device;
  private Parameters parameters;
  private Learner learner;
  private Batch batch;

  /** Positions trained on, so that JMH prints tokens per second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Tokens {
    public double tokens;
  }

  @Setup(Level.Trial)
  public void setUp() {
    device = new CpuDevice(threads);
    ModelShape sizes = ModelShape.named("tiny").with(shape.replace(' ', ','));
    ModelConfig config =
        new ModelConfig(
            sizes.layers(),
            sizes.width(),
            sizes.heads(),
            sizes.mlpWidth(),
            sizes.vocabulary(),
            sizes.time(),
            0.25,
            10000,
            true,
            false,
            1e-5);
    parameters = new Parameters(device, config);
    parameters.initialise(Initialisation.SMALL, 1);
    var prefixes = new PrefixCache.Budget((long) prefixCache << 20, 0);
    learner = new Learner(device, parameters, new MemoryUse(Recompute.NONE, prefixes));
    Recipe recipe = new Recipe(100_000, 1e-3, 0.1, 0, 0.9, 0.999, 1e-6, 0.1, false, 1);
    learner.begin(recipe, frozen < 0 ? FreezePlan.NONE : FreezePlan.bottom(frozen));
    int[] tokens = new Random(1).ints(sizes.rows(), 0, sizes.vocabulary()).toArray();
    int[] targets = new Random(2).ints(sizes.rows(), 0, sizes.vocabulary()).toArray();
    batch = new Batch(sizes.batch(), sizes.time(), tokens, targets);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    learner.close();
    parameters.close();
    device.close();
  }

  @Benchmark
  public StepReport step(Tokens counter, CpuTime time) {
    time.steps++;
    counter.tokens += batch.rows() * batch.length();
    return learner.step(batch);
  }
}

// To run it:              bench/run TrainingStep
// One of Pythia's shapes: bench/run TrainingStep -p 'shape=L=6 C=512 H=8 V=50304 B=4 T=256'
// With frozen layers:     bench/run TrainingStep -p frozen=-1,0,1,2,3,4
// And their outputs kept: bench/run TrainingStep -p frozen=1,2,3,4 -p prefixCache=64
// Beside PyTorch:         bench/peers/compare_step.py
