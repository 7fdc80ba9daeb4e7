package palimpsest.ops.check;

import java.util.Arrays;
import java.util.List;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.ReferenceAttention;
import palimpsest.ops.reference.Tolerance;

/** Causal attention, and decoding over a cache. */
final class AttentionChecks {
  static final String FAMILY = "attention";

  private static final double ROTARY_BASE = 10_000;

  /** Positions of the table of rotations, and of the cache, beyond the sequence. */
  private static final int ROOM = 3;

  private AttentionChecks() {}

  static List<Check> all() {
    return Shapes.HEADS.stream()
        .map(shape -> Check.of(FAMILY, shape.toString(), trial -> check(trial, shape)))
        .toList();
  }

  private static void check(Trial trial, Shapes.Heads heads) {
    AttentionShape shape =
        new AttentionShape(
            heads.batch(), heads.time(), heads.heads(), heads.headSize(), heads.rotary());
    int positions = shape.time() + ROOM;
    double[] table = rotations(positions, shape.rotary());
    double[] qkv = trial.normal(shape.batch() * shape.time() * 3 * shape.width());
    ReferenceAttention reference = new ReferenceAttention(shape, table);
    Tensor rotations = trial.inputFp32(table, positions, shape.rotary());
    forwardAndBackward(trial, reference, qkv, rotations);
    decode(trial, reference, qkv, rotations);
  }

  private static void forwardAndBackward(
      Trial trial, ReferenceAttention reference, double[] qkv, Tensor rotations) {
    AttentionShape shape = reference.shape();
    int rows = shape.batch() * shape.time();
    int width = shape.width();
    var expected = reference.forward(qkv);
    Tensor x = trial.changed(qkv, rows, 3 * width);
    Tensor kept = trial.kept(shape);
    Tensor out = trial.poisoned(rows, width);
    trial.ops().attentionForward(out, kept, x, rotations, shape);
    trial.compare("attentionForward", Tolerance.ATTENTION, expected.out(), out);

    double[] dOut = trial.normal(rows * width);
    Tensor dQkv = trial.poisoned(rows, 3 * width);
    Tensor d = trial.input(dOut, rows, width);
    trial.ops().attentionBackward(dQkv, d, out, x, kept, rotations, trial.scratch(shape), shape);
    double[] gradient = reference.backward(dOut, expected);
    trial.compare("attentionBackward", Tolerance.ATTENTION_BACKWARD, gradient, dQkv);
  }

  /** The last token of each sequence, over a cache that the others filled. */
  private static void decode(
      Trial trial, ReferenceAttention reference, double[] qkv, Tensor rotations) {
    AttentionShape shape = reference.shape();
    int width = shape.width();
    int last = shape.time() - 1;
    int capacity = shape.time() + ROOM;
    Tensor cache = trial.poisoned(shape.batch(), capacity, 2 * width);
    if (last > 0) {
      AttentionShape before = withTime(shape, last);
      double[] first = positions(qkv, shape, 0, last);
      Tensor x = trial.changed(first, shape.batch() * last, 3 * width);
      Tensor attended = trial.poisoned(shape.batch() * last, width);
      trial.ops().attentionForward(attended, trial.kept(before), x, rotations, before);
      trial.ops().fillCache(cache, x, rotations, capacity, before);
    }
    AttentionShape cached = withTime(shape, capacity);
    int[] positions = new int[shape.batch()];
    Arrays.fill(positions, last);
    Tensor x = trial.changed(positions(qkv, shape, last, 1), shape.batch(), 3 * width);
    Tensor out = trial.poisoned(shape.batch(), width);
    trial
        .ops()
        .attentionDecode(
            out, cache, x, trial.integers(positions), rotations, trial.scratch(cached), cached);
    double[] expected = positions(reference.forward(qkv).out(), shape, last, 1);
    // A cache holds rotated keys, rounded to its dtype.
    double[] plain = positions(reference.forward(qkv, trial::exact).out(), shape, last, 1);
    trial.compare("attentionDecode", Tolerance.ATTENTION, expected, plain, out);
  }

  private static AttentionShape withTime(AttentionShape shape, int time) {
    return new AttentionShape(shape.batch(), time, shape.heads(), shape.headSize(), shape.rotary());
  }

  /** As a device is given them: in fp32. */
  private static double[] rotations(int positions, int rotary) {
    return Arrays.stream(ReferenceAttention.rotations(positions, rotary, ROTARY_BASE))
        .map(x -> (float) x)
        .toArray();
  }

  /** Some positions of each sequence: {@code [B, count, …]} from {@code [B, T, …]}. */
  private static double[] positions(double[] x, AttentionShape shape, int first, int count) {
    int row = x.length / shape.batch() / shape.time();
    double[] part = new double[shape.batch() * count * row];
    for (int b = 0; b < shape.batch(); b++) {
      int from = (b * shape.time() + first) * row;
      System.arraycopy(x, from, part, b * count * row, count * row);
    }
    return part;
  }
}
