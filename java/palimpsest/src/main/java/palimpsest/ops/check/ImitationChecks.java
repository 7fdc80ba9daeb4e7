package palimpsest.ops.check;

import java.util.List;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.ReferenceImitation;
import palimpsest.ops.reference.Tolerance;

/** Losses that hold logits against another model's, with their gradients in place of the logits. */
final class ImitationChecks {
  static final String FAMILY = "imitation";

  private static final float SCALE = 0.37f;
  private static final float TEMPERATURE = 2;

  private ImitationChecks() {}

  static List<Check> all() {
    return Shapes.LOGITS.stream()
        .map(shape -> Check.of(FAMILY, shape.toString(), trial -> check(trial, shape)))
        .toList();
  }

  private static void check(Trial trial, Shapes.Logits shape) {
    int rows = shape.rows();
    int vocabulary = shape.vocabulary();
    double[] logits = trial.normal(rows * vocabulary);
    double[] other = trial.normal(rows * vocabulary);
    Tensor teacher = trial.inputFp32(other, rows, vocabulary);

    Tensor x = trial.logits(logits, rows, vocabulary);
    Tensor losses = trial.poisonedFp32(rows);
    trial.ops().distillationForwardBackward(x, losses, teacher, TEMPERATURE, SCALE);
    trial.compare(
        "distillationForwardBackward losses",
        Tolerance.DIVERGENCE,
        ReferenceImitation.divergences(logits, other, rows, TEMPERATURE),
        losses);
    trial.compare(
        "distillationForwardBackward dLogits",
        Tolerance.IMITATION,
        ReferenceImitation.divergenceGradient(logits, other, rows, TEMPERATURE, SCALE),
        x);

    checkSquaredError(trial, rows, logits, other, teacher);
    checkSquaredError(trial, rows, logits, new double[other.length], null);
  }

  private static void checkSquaredError(
      Trial trial, int rows, double[] logits, double[] other, Tensor wanted) {
    Tensor x = trial.logits(logits, rows, logits.length / rows);
    Tensor losses = trial.poisonedFp32(rows);
    trial.ops().squaredErrorForwardBackward(x, losses, wanted, SCALE);
    trial.compare(
        "squaredErrorForwardBackward losses",
        Tolerance.IMITATION,
        ReferenceImitation.squaredErrors(logits, other, rows),
        losses);
    trial.compare(
        "squaredErrorForwardBackward dLogits",
        Tolerance.IMITATION,
        ReferenceImitation.squaredErrorGradient(logits, other, SCALE),
        x);
  }
}
