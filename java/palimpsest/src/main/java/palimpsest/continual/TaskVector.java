package palimpsest.continual;

import java.util.List;

/**
 * Negated task vector (Ilharco et al. 2023): once a task is learned, the share α of the way that
 * the weights went is taken back, {@code θ ← θ − α (θ − θ_start)}. {@code task-vector:0} is {@code
 * seq}.
 */
final class TaskVector implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "task-vector",
              List.of(new Parameter.Share("alpha", "a", 0.2, true, true)),
              "Learns a task as seq does, then goes the share a of the way back.");
        }

        @Override
        public List<String> examples() {
          return List.of("task-vector", "task-vector:1");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("task-vector:0");
        }

        @Override
        public Strategy begin(Values values) {
          return new TaskVector(values.share("alpha"));
        }
      };

  private final double alpha;
  private float[] start;

  private TaskVector(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public void beforeTask(TaskContext task) {
    if (alpha > 0) {
      start = task.pupil().copy();
    }
  }

  @Override
  public void afterTask(TaskContext task) {
    if (start != null) {
      task.pupil().restore(backwards(task.pupil().copy(), start, alpha));
      start = null;
    }
  }

  /** {@code end − α (end − start)}. */
  static float[] backwards(float[] end, float[] start, double alpha) {
    float[] weights = new float[end.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (end[i] - alpha * ((double) end[i] - start[i]));
    }
    return weights;
  }

  @Override
  public long extraBytes() {
    return start == null ? 0 : (long) start.length * Float.BYTES;
  }
}
