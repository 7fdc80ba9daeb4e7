package palimpsest.bench;

import java.util.concurrent.TimeUnit;
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
import palimpsest.lab.profile.Subject;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.ops.cpu.OpenBlas;
import palimpsest.ops.profile.ProfiledDevice;
import palimpsest.ops.work.ModelShape;
import palimpsest.train.Learner;

/**
 * What a step costs when it is watched: not at all, by a profiler that does not record, and by one
 * that does. On a machine with other work the CPU time of a step is the better measure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class ProfilingBenchmark {
  @Param({"none", "off", "on"})
  public String profiling;

  @Param("2")
  public int threads;

  private CpuDevice cpu;
  private ProfiledDevice profiled;
  private Parameters parameters;
  private Learner learner;
  private Subject subject;

  @Setup(Level.Trial)
  public void setUp() {
    cpu = new CpuDevice(threads, OpenBlas.AUTODETECT);
    profiled = new ProfiledDevice(cpu);
    Device device = profiling.equals("none") ? cpu : profiled;
    subject = Subject.ofShape(ModelShape.named("tiny"), 0);
    parameters = new Parameters(device, subject.model());
    parameters.initialise(subject.initialisation(), 1);
    learner = new Learner(device, parameters);
    learner.begin(subject.recipe(), subject.freeze());
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    learner.close();
    parameters.close();
    profiled.close();
    cpu.close();
  }

  @Benchmark
  public void step(CpuTime time) {
    time.steps++;
    if (profiling.equals("on")) {
      profiled.recordedStep(this::step);
    } else {
      step();
    }
  }

  private void step() {
    learner.step(subject.batches().get());
  }
}

// To run it: bench/run Profiling
