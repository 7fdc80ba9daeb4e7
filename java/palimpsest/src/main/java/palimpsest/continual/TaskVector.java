package palimpsest.continual;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Negated task vector (Ilharco et al. 2023): once a task is learned, the share α of the way that
 * the weights went is taken back, {@code θ ← θ − α (θ − θ_start)}. {@code task-vector:0} is {@code
 * seq}. For the curve of what α trades, weights θ_e on the way are kept, six times at most, and
 * {@code θ_e − α (θ_end − θ_start)} looked at for several α.
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

  private static final double[] ALPHAS = {0, 0.1, 0.2, 0.4, 0.6, 0.8, 1};

  /** Weights on the way that are kept at most. */
  private static final int MOST = 6;

  private static final int FIRST_SPACING = 10;

  private final double alpha;
  private final SortedMap<Integer, float[]> onTheWay = new TreeMap<>();
  private float[] start;
  private int step;
  private int spacing;

  private TaskVector(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public void beforeTask(TaskContext task) {
    if (alpha > 0) {
      start = task.pupil().copy();
      step = 0;
      spacing = FIRST_SPACING;
    }
  }

  /** Keeps weights at equal distances, which double when there are too many. */
  @Override
  public void afterStep(TaskContext task) {
    step++;
    if (start != null && step % spacing == 0) {
      onTheWay.put(step, task.pupil().copy());
      if (onTheWay.size() > MOST) {
        spacing *= 2;
        onTheWay.keySet().removeIf(kept -> kept % spacing != 0);
      }
    }
  }

  @Override
  public List<Alternative> alternatives(TaskContext task) {
    var all = new ArrayList<Alternative>();
    if (start != null) {
      float[] end = task.pupil().copy();
      onTheWay.putIfAbsent(step, end);
      onTheWay.forEach(
          (taken, from) -> {
            for (double share : ALPHAS) {
              all.add(new Alternative(taken, share, () -> backwards(from, end, start, share)));
            }
          });
    }
    return all;
  }

  @Override
  public void afterTask(TaskContext task) {
    if (start != null) {
      float[] end = task.pupil().copy();
      task.pupil().restore(backwards(end, end, start, alpha));
      start = null;
      onTheWay.clear();
    }
  }

  /** {@code from − α (end − start)}. */
  static float[] backwards(float[] from, float[] end, float[] start, double alpha) {
    float[] weights = new float[end.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (from[i] - alpha * ((double) end[i] - start[i]));
    }
    return weights;
  }

  @Override
  public StrategyState midway() {
    var midway = new StrategyState().put("step", step).put("spacing", spacing);
    midway.put("kept", onTheWay.keySet().stream().mapToInt(Integer::intValue).toArray());
    onTheWay.forEach((taken, weights) -> midway.put("weights" + taken, weights));
    return midway;
  }

  @Override
  public void goOn(StrategyState midway) {
    step = (int) midway.number("step");
    spacing = (int) midway.number("spacing");
    onTheWay.clear();
    for (int taken : midway.ints("kept")) {
      onTheWay.put(taken, midway.floats("weights" + taken));
    }
  }

  @Override
  public long extraBytes() {
    return start == null ? 0 : (1L + MOST) * start.length * Float.BYTES;
  }
}
