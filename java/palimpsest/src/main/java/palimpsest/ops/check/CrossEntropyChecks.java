package palimpsest.ops.check;

import java.util.List;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.ReferenceSoftmax;
import palimpsest.ops.reference.Tolerance;

/** Softmax cross-entropy with its gradient in place of the logits, and without. */
final class CrossEntropyChecks {
  static final String FAMILY = "crossentropy";

  private static final float SCALE = 0.37f;

  private CrossEntropyChecks() {}

  static List<Check> all() {
    return Shapes.LOGITS.stream()
        .map(shape -> Check.of(FAMILY, shape.toString(), trial -> check(trial, shape)))
        .toList();
  }

  private static void check(Trial trial, Shapes.Logits shape) {
    int rows = shape.rows();
    int vocabulary = shape.vocabulary();
    double[] logits = trial.normal(rows * vocabulary);
    int[] targets = trial.integersBelow(vocabulary, rows);
    double[] expected = ReferenceSoftmax.losses(logits, targets);
    Tensor x = trial.logits(logits, rows, vocabulary);
    Tensor losses = trial.poisonedFp32(rows);
    Tensor indices = trial.integers(targets);
    trial.ops().crossEntropyForwardBackward(x, losses, indices, SCALE);
    Tolerance tolerance = Tolerance.CROSS_ENTROPY;
    trial.compare("crossEntropyForwardBackward losses", tolerance, expected, losses);
    double[] gradient = ReferenceSoftmax.lossGradient(logits, targets, SCALE);
    trial.compare("crossEntropyForwardBackward dLogits", tolerance, gradient, x);

    Tensor again = trial.poisonedFp32(rows);
    Tensor largest = trial.integers(new int[rows]);
    Tensor fresh = trial.logits(logits, rows, vocabulary);
    trial.ops().crossEntropy(again, largest, fresh, indices);
    trial.compare("crossEntropy losses", tolerance, expected, again);
    trial.compare("crossEntropy largest", largest(logits, rows), largest);
  }

  /** The index of the largest of each row, the first of equals. */
  private static int[] largest(double[] logits, int rows) {
    int vocabulary = logits.length / rows;
    int[] largest = new int[rows];
    for (int i = 0; i < logits.length; i++) {
      int m = i / vocabulary;
      if (logits[i] > logits[m * vocabulary + largest[m]]) {
        largest[m] = i % vocabulary;
      }
    }
    return largest;
  }
}
