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
import palimpsest.ops.Tensor;

/**
 * What a matrix product costs before it multiplies: from {@code Ops} through the library's call and
 * back, for products so small that nothing else is left of them.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DispatchBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** N = I = O. */
  @Param({"1", "8", "32"})
  public int side;

  private Lane lane;
  private Tensor out;
  private Tensor in;
  private Tensor weight;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    out = lane.zeros(side, side);
    in = lane.normal(side, side);
    weight = lane.normal(side, side);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  @Benchmark
  public void matmul() {
    lane.ops().matmul(out, in, weight);
  }
}

// To run it on the CPU:   bench/run DispatchBenchmark
// On a GPU, in bf16:      bench/run DispatchBenchmark -p device=cuda:bf16
// Beside another build:   bench/run DispatchBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
