package palimpsest.ops.check;

import static palimpsest.ops.reference.Norms.dot;
import static palimpsest.ops.reference.Norms.sum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import palimpsest.ops.Along;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.ReferenceProjection;
import palimpsest.ops.reference.Tolerance;

/** Sums over ranges of the flat buffers, and what methods compute there. */
final class RangesChecks {
  static final String FAMILY = "ranges";

  private RangesChecks() {}

  static List<Check> all() {
    Stream<Check> merged =
        IntStream.of(1, 7, 65, 127, 5001)
            .mapToObj(n -> Check.of(FAMILY, "n=" + n, trial -> merge(trial, n)));
    Stream<Check> vectors =
        IntStream.of(1, 255, 5001)
            .mapToObj(n -> Check.of(FAMILY, "n=" + n, trial -> vectors(trial, n)));
    Stream<Check> rows =
        Shapes.ROWS.stream()
            .map(shape -> Check.of(FAMILY, shape.toString(), trial -> removeAlong(trial, shape)));
    return Stream.of(merged, vectors, rows).flatMap(checks -> checks).toList();
  }

  /** In three segments where there is room, the second frozen. */
  private static void merge(Trial trial, int size) {
    int third = size / 3;
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment(0, size - 2 * third, 1, true, false));
    if (third > 0) {
      segments.add(new Segment(size - 2 * third, third, 1, true, true));
      segments.add(new Segment(size - third, third, 1, true, false));
    }
    SegmentTable table = trial.segments(segments.toArray(Segment[]::new));
    double[] a = trial.normal(size);
    double[] b = trial.normal(size);
    double[] both = sum(a, b);
    double[] left = new double[size];
    for (int i = size - 2 * third; i < size - third; i++) {
      both[i] = a[i];
      left[i] = b[i];
    }
    double[] trained = both.clone();
    Arrays.fill(trained, size - 2 * third, size - third, 0);
    Tensor into = trial.changedFp32(a, size);
    Tensor from = trial.changedFp32(b, size);
    double squares = trial.ops().mergeGradients(table, into, List.of(from));
    trial.compare("mergeGradients squares", Tolerance.SUM, dot(trained, trained), squares);
    trial.compare("mergeGradients into", Tolerance.SUM, both, into);
    trial.compare("mergeGradients from", Tolerance.COPY, left, from);
  }

  private static void vectors(Trial trial, int n) {
    double[] x = trial.normal(n);
    double[] y = trial.normal(n);
    Tensor a = trial.inputFp32(x, n);
    double[] same = map(n, i -> Math.abs(y[i])); // of one sign, lest the sum be of errors alone
    double[] magnitudes = map(n, i -> Math.abs(x[i]));
    double product = trial.ops().dot(trial.inputFp32(magnitudes, n), trial.inputFp32(same, n));
    trial.compare("dot", Tolerance.SUM, dot(magnitudes, same), product);

    Tensor into = trial.changedFp32(y, n);
    trial.ops().axpy(into, -0.3f, a);
    trial.compare("axpy", Tolerance.SUM, map(n, i -> y[i] - 0.3f * x[i]), into);

    into = trial.changedFp32(y, n);
    trial.ops().accumulateSquares(into, a, 0.7f);
    double[] squares = map(n, i -> y[i] + 0.7f * x[i] * x[i]);
    trial.compare("accumulateSquares", Tolerance.SUM, squares, into);

    into = trial.changedFp32(y, n);
    trial.ops().accumulateMagnitudes(into, a, 0.7f);
    double[] grown = map(n, i -> y[i] + 0.7f * Math.abs(x[i]));
    trial.compare("accumulateMagnitudes", Tolerance.SUM, grown, into);

    double[] importance = map(n, i -> same[i] + 0.1f);
    double[] anchor = trial.normal(n);
    into = trial.changedFp32(y, n);
    double value =
        trial
            .ops()
            .quadraticPenalty(
                into, trial.inputFp32(importance, n), a, trial.inputFp32(anchor, n), 2.5f);
    double[] gradient = map(n, i -> y[i] + 2.5 * (float) importance[i] * (x[i] - anchor[i]));
    trial.compare("quadraticPenalty gradient", Tolerance.SUM, gradient, into);
    double[] parts = map(n, i -> (float) importance[i] * Math.pow(x[i] - anchor[i], 2));
    double penalty = 1.25 * Arrays.stream(parts).sum();
    trial.compare("quadraticPenalty value", Tolerance.SUM, penalty, value);
  }

  private static void removeAlong(Trial trial, Shapes.Rows shape) {
    int rows = shape.rows();
    int width = shape.width();
    double[] x = trial.normal(rows * width);
    double[] direction = trial.normal(rows * width);
    for (Along along : Along.values()) {
      Tensor into = trial.changedFp32(x, rows, width);
      trial.ops().removeAlong(into, trial.inputFp32(direction, rows, width), along, 0.5f);
      double[] expected = ReferenceProjection.removed(x, direction, rows, along, 0.5);
      trial.compare("removeAlong " + along, Tolerance.SUM, expected, into);
    }
  }

  private static double[] map(int n, IntToDoubleFunction f) {
    return IntStream.range(0, n).mapToDouble(f).toArray();
  }
}
