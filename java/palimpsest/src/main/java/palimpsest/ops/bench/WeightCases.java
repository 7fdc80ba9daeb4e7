package palimpsest.ops.bench;

import java.util.List;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Along;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;
import palimpsest.ops.work.ModelShape;

/** Operations on all weights at once. */
final class WeightCases extends CaseGroup {
  /** Of a plain step with most of the moments kept: nothing runs into subnormal numbers. */
  private static final AdamWStep STEP = new AdamWStep(10, 1e-3, 0.9999, 0.99999, 1e-8, 0.1, 1);

  WeightCases(ModelShape shape) {
    super(shape);
    ranges();
    adamw();
  }

  private void ranges() {
    long n = shape.parameters();
    add(
        "dot",
        "",
        0,
        b -> {
          Tensor x = b.normalFp32(n);
          Tensor y = b.normalFp32(n);
          return Call.of(ops -> ops.dot(x, y));
        });
    add(
        "axpy",
        "",
        0,
        b -> {
          Tensor y = b.normalFp32(n);
          Tensor x = b.normalFp32(n);
          return Call.of(ops -> ops.axpy(y, 1e-3f, x));
        });
    add(
        "accumulateSquares",
        "",
        0,
        b -> {
          Tensor out = b.roomFp32(n);
          Tensor x = b.normalFp32(n);
          return Call.of(ops -> ops.accumulateSquares(out, x, 1));
        });
    add(
        "accumulateMagnitudes",
        "",
        0,
        b -> {
          Tensor out = b.roomFp32(n);
          Tensor x = b.normalFp32(n);
          return Call.of(ops -> ops.accumulateMagnitudes(out, x, 1));
        });
    add(
        "quadraticPenalty",
        "",
        0,
        b -> {
          Tensor gradient = b.normalFp32(n);
          Tensor importance = b.ones(n);
          Tensor weights = b.normalFp32(n);
          Tensor anchor = b.normalFp32(n);
          return Call.of(ops -> ops.quadraticPenalty(gradient, importance, weights, anchor, 1e-3f));
        });
    add(
        "removeAlong",
        "mlp up",
        0,
        b -> {
          Tensor x = b.normalFp32(shape.mlpWidth(), width);
          Tensor direction = b.normalFp32(shape.mlpWidth(), width);
          return Call.of(ops -> ops.removeAlong(x, direction, Along.PROJECTION, 0.5f));
        });
    add(
        "mergeGradients",
        "two lanes",
        1,
        b -> {
          SegmentTable table = b.segments(n);
          Tensor into = b.normalFp32(n);
          Tensor from = b.normalFp32(n);
          return Call.of(ops -> ops.mergeGradients(table, into, List.of(from)));
        });
  }

  private void adamw() {
    long n = shape.parameters();
    add(
        "adamw",
        "",
        1,
        b -> {
          SegmentTable table = b.segments(n);
          Tensor weights = b.normalFp32(n);
          Tensor compute = b.computed(weights);
          Tensor gradients = b.normalFp32(n);
          Tensor moment1 = b.normalFp32(n);
          Tensor moment2 = b.ones(n);
          return Call.of(
              ops -> ops.adamw(table, weights, compute, gradients, moment1, moment2, STEP));
        });
  }
}
