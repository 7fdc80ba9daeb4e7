package palimpsest.ops.check;

import static palimpsest.ops.reference.Norms.dot;
import static palimpsest.ops.reference.Norms.sum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;
import palimpsest.ops.cuda.Kernel;
import palimpsest.ops.reference.Tolerance;

/** Sums over ranges of the flat buffers, and on CUDA the helpers for methods. */
final class RangesChecks {
  static final String FAMILY = "ranges";

  private static final int BLOCK = 256;

  private RangesChecks() {}

  static List<Check> all() {
    Stream<Check> merged =
        IntStream.of(1, 7, 65, 127, 5001)
            .mapToObj(n -> Check.of(FAMILY, "n=" + n, trial -> merge(trial, n)));
    Stream<Check> kernels =
        IntStream.of(1, 255, 5001)
            .mapToObj(n -> Check.ofKernels(FAMILY, "n=" + n, trial -> kernels(trial, n)));
    return Stream.concat(merged, kernels).toList();
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

  /** Those of {@code ranges.cu} that no operation launches. */
  private static void kernels(Trial trial, int n) {
    double[] x = trial.normal(n);
    double[] y = trial.normal(n);
    Tensor a = trial.inputFp32(x, n);

    Tensor into = trial.changedFp32(y, n);
    launch(trial.kernel("ranges_axpy_fp32").put(into).put(a).put(-0.3f), n);
    trial.compare("ranges_axpy", Tolerance.SUM, map(n, i -> y[i] - 0.3f * x[i]), into);

    into = trial.changedFp32(y, n);
    launch(trial.kernel("ranges_accumulate_squares_fp32").put(into).put(a).put(0.7f), n);
    double[] squares = map(n, i -> y[i] + 0.7f * x[i] * x[i]);
    trial.compare("ranges_accumulate_squares", Tolerance.SUM, squares, into);

    double[] importance = trial.normal(n);
    double[] anchor = trial.normal(n);
    into = trial.changedFp32(y, n);
    launch(
        trial
            .kernel("ranges_penalty_gradient_fp32")
            .put(into)
            .put(trial.inputFp32(importance, n))
            .put(a)
            .put(trial.inputFp32(anchor, n))
            .put(2.5f),
        n);
    double[] penalty = map(n, i -> y[i] + 2.5 * importance[i] * (x[i] - anchor[i]));
    trial.compare("ranges_penalty_gradient", Tolerance.SUM, penalty, into);
  }

  /** A thread an element. */
  private static void launch(Kernel kernel, int n) {
    kernel.put((long) n).launch((n + BLOCK - 1) / BLOCK, 1, 1, BLOCK, 1, 0);
  }

  private static double[] map(int n, IntToDoubleFunction f) {
    return IntStream.range(0, n).mapToDouble(f).toArray();
  }
}
