package palimpsest.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import palimpsest.ops.Tensor;

/**
 * Layer norm on one lane: about 8 N C FLOPs forward. It is bound by memory: forward reads and
 * writes {@code [N, C]} once, the pair writes it twice, backward reads two and updates one.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LayerNormBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** N, rows of one lane of {@code tiny}. */
  @Param("512")
  public int rows;

  /** C. */
  @Param({"128", "768"})
  public int width;

  private Lane lane;
  private Tensor in;
  private Tensor weight;
  private Tensor bias;
  private Tensor mean;
  private Tensor rstd;
  private Tensor out;
  private Tensor other;
  private Tensor dIn;
  private Tensor dWeight;
  private Tensor dBias;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    in = lane.normal(rows, width);
    weight = lane.normal(width);
    bias = lane.normal(width);
    mean = lane.zerosFp32(rows);
    rstd = lane.zerosFp32(rows);
    out = lane.zeros(rows, width);
    other = lane.zeros(rows, width);
    dIn = lane.zeros(rows, width);
    dWeight = lane.zerosFp32(width);
    dBias = lane.zerosFp32(width);
    lane.ops().layerNormForward(out, mean, rstd, in, weight, bias, 1e-5f);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  @Benchmark
  public void layerNormForward(Work work) {
    lane.run(
        work,
        8.0 * rows * width,
        2.0 * lane.bytes() * rows * width,
        ops -> ops.layerNormForward(out, mean, rstd, in, weight, bias, 1e-5f));
  }

  @Benchmark
  public void layerNormPairForward(Work work) {
    lane.run(
        work,
        10.0 * rows * width,
        3.0 * lane.bytes() * rows * width,
        ops ->
            ops.layerNormPairForward(
                out, other, mean, rstd, in, weight, bias, weight, bias, 1e-5f));
  }

  @Benchmark
  public void layerNormBackward(Work work) {
    lane.run(
        work,
        16.0 * rows * width,
        4.0 * lane.bytes() * rows * width,
        ops -> ops.layerNormBackward(dIn, dWeight, dBias, out, in, weight, mean, rstd));
  }
}

// To run it on the CPU:   bench/run LayerNormBenchmark
// On a GPU, in bf16:      bench/run LayerNormBenchmark -p device=cuda:bf16
// Beside another build:   bench/run LayerNormBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
