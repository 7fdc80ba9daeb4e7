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
    lane = new Lane();
    input = lane.normal(rows, in);
    weight = lane.normal(out, in);
    bias = lane.normal(out);
    output = lane.normal(rows, out);
    hidden = lane.zeros(rows, out);
    dInput = lane.zeros(rows, in);
    dWeight = lane.zeros(out, in);
    dBias = lane.zeros(out);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  @Benchmark
  public void matmulBias(Work work) {
    lane.ops().matmulBias(output, input, weight, bias);
    work.add(2.0 * rows * in * out, bytes());
  }

  @Benchmark
  public void matmulBiasGelu(Work work) {
    lane.ops().matmulBiasGelu(output, hidden, input, weight, bias);
    work.add(2.0 * rows * in * out, bytes());
  }

  @Benchmark
  public void matmulBackward(Work work) {
    lane.ops().matmulBackward(dInput, dWeight, dBias, output, input, weight);
    work.add(4.0 * rows * in * out, 2 * bytes());
  }

  private double bytes() {
    return 4.0 * ((double) rows * in + (double) in * out + (double) rows * out);
  }
}
