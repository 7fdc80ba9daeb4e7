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
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Tensor;

/**
 * Causal attention with rotary positions on one lane: q·k and p·v below the diagonal are 2 B T² C
 * FLOPs forward; backward has five products to their two. The softmax's exponentials are B H T²/2.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** B, one lane's share. */
  @Param("4")
  public int batch;

  /** T. */
  @Param({"128", "512"})
  public int time;

  /** H x D. */
  @Param({"4x32", "8x64"})
  public String heads;

  private Lane lane;
  private AttentionShape shape;
  private Tensor qkv;
  private Tensor rotations;
  private Tensor kept;
  private Tensor out;
  private Tensor dOut;
  private Tensor dQkv;
  private Tensor scratch;

  @Setup(Level.Trial)
  public void setUp() {
    int cross = heads.indexOf('x');
    int headSize = Integer.parseInt(heads.substring(cross + 1));
    shape =
        new AttentionShape(
            batch, time, Integer.parseInt(heads.substring(0, cross)), headSize, headSize / 4);
    int rows = batch * time;
    lane = new Lane(device);
    qkv = lane.normal(rows, 3 * shape.width());
    rotations = rotations();
    AttentionMemory memory = lane.attentionMemory(shape);
    kept = lane.zerosFp32(Math.toIntExact(memory.kept()));
    out = lane.zeros(rows, shape.width());
    dOut = lane.normal(rows, shape.width());
    dQkv = lane.zeros(rows, 3 * shape.width());
    scratch = lane.zerosFp32(Math.toIntExact(memory.scratch()));
    lane.ops().attentionForward(out, kept, qkv, rotations, shape);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  /** Rotates q and k further with every call, which keeps their lengths. */
  @Benchmark
  public void attentionForward(Work work) {
    lane.run(
        work,
        products(),
        4.0 * lane.bytes() * batch * time * shape.width(),
        ops -> ops.attentionForward(out, kept, qkv, rotations, shape));
  }

  @Benchmark
  public void attentionBackward(Work work) {
    lane.run(
        work,
        2.5 * products(),
        8.0 * lane.bytes() * batch * time * shape.width(),
        ops -> ops.attentionBackward(dQkv, dOut, out, qkv, kept, rotations, scratch, shape));
  }

  /** {@code [T, rotary]}: in each row the cosines, then the sines. */
  private Tensor rotations() {
    int half = shape.rotary() / 2;
    float[] values = new float[time * shape.rotary()];
    for (int t = 0; t < time; t++) {
      for (int i = 0; i < half; i++) {
        double angle = t * Math.pow(10_000, -(double) i / half);
        values[t * shape.rotary() + i] = (float) Math.cos(angle);
        values[t * shape.rotary() + half + i] = (float) Math.sin(angle);
      }
    }
    return lane.fp32(values, time, shape.rotary());
  }

  private double products() {
    return 2.0 * batch * time * time * shape.width();
  }
}

// To run it on the CPU:   bench/run AttentionBenchmark
// On a GPU, in bf16:      bench/run AttentionBenchmark -p device=cuda:bf16
// Beside another build:   bench/run AttentionBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
