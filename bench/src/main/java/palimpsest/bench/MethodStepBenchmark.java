package palimpsest.bench;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import palimpsest.continual.Method;
import palimpsest.continual.Strategy;
import palimpsest.continual.StrategyRegistry;
import palimpsest.continual.StrategySteps;
import palimpsest.continual.TaskContext;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.model.Initialisation;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.train.Learner;
import palimpsest.train.Recipe;
import palimpsest.train.StepReport;

/**
 * A fine-tuning step of {@code tiny} under a method, on all lanes: what a method costs is its steps
 * a second beside those of {@code seq}. On a machine with other work the CPU time of a step is the
 * better measure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class MethodStepBenchmark {
  private static final int VOCABULARY = 697;
  private static final int ROWS = 48;
  private static final int QUESTIONS = 300;

  @Param("2")
  public int threads;

  @Param({"seq", "ewc", "mas", "l2", "lwf", "der++", "agem", "ogd", "projection:runs=1"})
  public String method;

  private CpuDevice device;
  private Parameters parameters;
  private Learner learner;
  private Strategy strategy;
  private StrategySteps steps;

  @Setup(Level.Trial)
  public void setUp() {
    device = new CpuDevice(threads);
    ModelConfig config =
        new ModelConfig(4, 128, 4, 512, VOCABULARY, 128, 0.25, 10000, true, false, 1e-5);
    parameters = new Parameters(device, config);
    parameters.initialise(Initialisation.SMALL, 1);
    learner = new Learner(device, parameters);
    Recipe recipe = new Recipe(100_000, 1e-4, 0.9, 0, 0.9, 0.999, 1e-6, 0.01, false, 1);
    Method chosen = StrategyRegistry.parse(method);
    strategy = chosen.begin();
    learner.begin(recipe, FreezePlan.NONE);
    strategy.afterTask(new TaskContext(1, 0, 0, questions(0), learner));
    var task = new TaskContext(1, 0, 1, questions(1), learner);
    strategy.beforeTask(task);
    learner.begin(recipe, strategy.trainable(task));
    var order = new QuestionBatches(task.training(), 1, "order");
    steps = new StrategySteps(strategy, task, chosen.oldData(), order, ROWS);
  }

  /** Of 13 to 17 tokens, as those about biographies. */
  private static List<Question> questions(int task) {
    Random random = new Random(task);
    return IntStream.range(0, QUESTIONS)
        .mapToObj(
            i ->
                new Question(
                    i / 6,
                    "attribute" + i % 6,
                    "",
                    "",
                    random.ints(11, 0, VOCABULARY).toArray(),
                    random.ints(2 + i % 5, 0, VOCABULARY).toArray()))
        .toList();
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    strategy.close();
    learner.close();
    parameters.close();
    device.close();
  }

  @Benchmark
  public StepReport step(CpuTime cpu) {
    cpu.steps++;
    StepReport report = learner.step(steps.next(), steps.hook());
    steps.taken();
    return report;
  }
}

// To run it:           bench/run MethodStep
// Some methods alone:  bench/run MethodStep -p method=seq,ewc
