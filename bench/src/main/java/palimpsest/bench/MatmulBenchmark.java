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
import palimpsest.ops.Activation;
import palimpsest.ops.Tensor;

/**
 * Products of a linear layer on one lane: {@code [N, I] · [O, I]ᵀ}, 2 N I O FLOPs, and twice that
 * for both gradients. They are bound by arithmetic: the limit is the core's FMA rate.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatmulBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** N, rows of one lane of {@code tiny}. */
  @Param("512")
  public int rows;

  /** I and O: attention output, q k v, MLP in and out, the head. */
  @Param({"128x128", "128x384", "128x512", "512x128", "128x688"})
  public String shape;

  private Lane lane;
  private int in;
  private int out;
  private Tensor input;
  private Tensor weight;
  private Tensor bias;
  private Tensor output;
  private Tensor hidden;
  private Tensor dInput;
  private Tensor dWeight;
  private Tensor dBias;

  @Setup(Level.Trial)
  public void setUp() {
    int cross = shape.indexOf('x');
    in = Integer.parseInt(shape.substring(0, cross));
    out = Integer.parseInt(shape.substring(cross + 1));
    lane = new Lane(device);
    input = lane.normal(rows, in);
    weight = lane.normal(out, in);
    bias = lane.normal(out);
    output = lane.normal(rows, out);
    hidden = lane.zeros(rows, out);
    dInput = lane.zeros(rows, in);
    dWeight = lane.zerosFp32(out, in);
    dBias = lane.zerosFp32(out);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  @Benchmark
  public void matmulBias(Work work) {
    lane.run(
        work, 2.0 * rows * in * out, bytes(), ops -> ops.matmulBias(output, input, weight, bias));
  }

  @Benchmark
  public void matmulBiasGelu(Work work) {
    lane.run(
        work,
        2.0 * rows * in * out,
        bytes(),
        ops -> ops.matmulBiasGelu(output, hidden, input, weight, bias, Activation.GELU));
  }

  @Benchmark
  public void matmulBackward(Work work) {
    lane.run(
        work,
        4.0 * rows * in * out,
        2 * bytes(),
        ops -> ops.matmulBackward(dInput, dWeight, dBias, output, input, weight));
  }

  private double bytes() {
    return lane.bytes() * ((double) rows * in + (double) in * out + (double) rows * out);
  }
}

// To run it on the CPU:   bench/run MatmulBenchmark
// On a GPU, in bf16:      bench/run MatmulBenchmark -p device=cuda:bf16
// Beside another build:   bench/run MatmulBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
