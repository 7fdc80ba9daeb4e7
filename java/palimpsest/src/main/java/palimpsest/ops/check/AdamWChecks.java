package palimpsest.ops.check;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.DType;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.ReferenceAdamW;
import palimpsest.ops.reference.Tolerance;

/** The optimiser's step over segments: decaying, frozen, slowed down. */
final class AdamWChecks {
  static final String FAMILY = "adamw";

  private static final int STEPS = 3;
  private static final double DECAY = 0.1;

  private AdamWChecks() {}

  static List<Check> all() {
    return IntStream.of(7, 65, 127, 5001)
        .mapToObj(size -> Check.of(FAMILY, "3 segments of " + size, trial -> check(trial, size)))
        .toList();
  }

  private static void check(Trial trial, int length) {
    Segment decaying = new Segment(0, length, 1, true, false);
    Segment frozen = new Segment(length, length, 1, true, true);
    Segment slow = new Segment(2L * length, length, 0.5f, false, false);
    SegmentTable table = trial.segments(decaying, frozen, slow);
    int size = 3 * length;
    double[] weights = trial.normal(size);
    double[] moment1 = new double[size];
    double[] moment2 = new double[size];
    Tensor w = trial.changedFp32(weights, size);
    Tensor m = trial.changedFp32(moment1, size);
    Tensor v = trial.changedFp32(moment2, size);
    Tensor compute = trial.dtype() == DType.FP32 ? w : trial.changed(weights, size);
    double[] left = new double[size];
    Tensor g = trial.changedFp32(left, size);
    for (int step = 1; step <= STEPS; step++) {
      double[] gradients = trial.normal(size);
      g = trial.changedFp32(gradients, size);
      trial.ops().adamw(table, w, compute, g, m, v, scalars(step, 1, DECAY));
      for (Segment segment : List.of(decaying, slow)) {
        AdamWStep own = scalars(step, segment.rateScale(), segment.decays() ? DECAY : 0);
        step(segment, weights, gradients, moment1, moment2, own);
      }
      left = gradients;
    }
    trial.compare("adamw weights", Tolerance.ADAMW, weights, w);
    trial.compare("adamw moment1", Tolerance.ADAMW, moment1, m);
    trial.compare("adamw moment2", Tolerance.ADAMW, moment2, v);
    trial.compare("adamw gradients behind it", Tolerance.COPY, left, g);
    trial.compare("adamw compute", Tolerance.COPY, trial.exact(trial.read(w)), compute);
    double[] before = part(frozen, weights);
    trial.compare("adamw frozen", Tolerance.COPY, before, w.slice(frozen.offset(), length));
  }

  private static AdamWStep scalars(int step, double rateScale, double decay) {
    return new AdamWStep(step, 0.03 / step * rateScale, 0.9, 0.999, 1e-6, decay, 0.7);
  }

  /** The reference's step on a segment of the flat buffers; the gradient is 0 behind it. */
  private static void step(
      Segment segment,
      double[] weights,
      double[] gradients,
      double[] moment1,
      double[] moment2,
      AdamWStep step) {
    double[][] flat = {weights, gradients, moment1, moment2};
    double[][] own = Arrays.stream(flat).map(x -> part(segment, x)).toArray(double[][]::new);
    ReferenceAdamW.step(own[0], own[1], own[2], own[3], step);
    Arrays.fill(own[1], 0);
    for (int i = 0; i < flat.length; i++) {
      System.arraycopy(own[i], 0, flat[i], (int) segment.offset(), segment.length());
    }
  }

  private static double[] part(Segment segment, double[] flat) {
    int first = Math.toIntExact(segment.offset());
    return Arrays.copyOfRange(flat, first, first + segment.length());
  }
}
