package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FlatBuffer;
import palimpsest.ops.Along;
import palimpsest.train.GradientHook;
import palimpsest.train.WeightSpace;

/**
 * Gradient projection of Zheng et al. 2025: a few short trainings on the new task, which are undone
 * again, show the direction d in which the weights go while the old answers are lost; then it is
 * taken out of every gradient, row by row of each matrix. The released formula is no projection: of
 * a row g it takes {@code d cos(g, d)}, of a vector {@code d (g·d) / ‖d‖}; {@code true} takes
 * {@code d (g·d) / ‖d‖²} of both. {@code projection:0} is {@code seq}.
 */
final class Projection implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "projection",
              List.of(
                  new Parameter.Strength("strength", "s", 1.0),
                  new Parameter.Flag("true"),
                  new Parameter.Count("runs", "n", 10),
                  new Parameter.Count("from", "i", 100),
                  new Parameter.Count("to", "j", 150)),
              "Takes s times the mean change between steps i and j of n preliminary trainings out"
                  + " of each gradient, row by row, by the released formula or (true) as a"
                  + " projection.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          if (values.count("runs") == 0) {
            return Optional.of("runs must be 1 or more");
          }
          return values.count("to") <= values.count("from")
              ? Optional.of("to must be a later step than from")
              : Optional.empty();
        }

        @Override
        public List<String> examples() {
          return List.of(
              "projection:runs=2:from=1:to=3", "projection:0.5:true=true:runs=1:from=0:to=2");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("projection:0");
        }

        @Override
        public Strategy begin(Values values) {
          return new Projection(
              values.number("strength"),
              values.flag("true"),
              values.count("runs"),
              values.count("from"),
              values.count("to"));
        }
      };

  /** Rows of a batch of the preliminary trainings, as released. */
  private static final int ROWS = 48;

  private final double strength;
  private final Along matrices;
  private final Along vectors;
  private final int runs;
  private final int from;
  private final int to;
  private float[] direction;
  private FlatBuffer there;

  private Projection(double strength, boolean exact, int runs, int from, int to) {
    this.strength = strength;
    this.matrices = exact ? Along.PROJECTION : Along.COSINE;
    this.vectors = exact ? Along.PROJECTION : Along.HALF_NORMED;
    this.runs = runs;
    this.from = from;
    this.to = to;
  }

  @Override
  public void beforeTask(TaskContext task) {
    if (strength == 0) {
      return;
    }
    direction = new float[task.pupil().copy().length];
    for (int run = 0; run < runs; run++) {
      var order =
          new QuestionBatches(
              task.training(),
              task.seed(),
              "strategy",
              "projection",
              "task" + task.task(),
              "repeat" + task.repeat(),
              "run" + run);
      List<float[]> weights = task.pupil().rehearse(() -> order.next(ROWS), from, to);
      for (int i = 0; i < direction.length; i++) {
        direction[i] += (weights.getLast()[i] - weights.getFirst()[i]) / runs;
      }
    }
  }

  @Override
  public Optional<GradientHook> gradientHook(TaskContext task) {
    if (strength == 0) {
      return Optional.empty();
    }
    release();
    WeightSpace space = task.pupil().space();
    there = space.vector();
    space.write(there.all(), direction);
    return Optional.of(
        (gradient, taught) -> {
          taught.removeAlong(gradient, there.all(), matrices, vectors, strength);
          return 0;
        });
  }

  @Override
  public void afterTask(TaskContext task) {
    release();
    direction = null;
  }

  private void release() {
    if (there != null) {
      there.close();
      there = null;
    }
  }

  @Override
  public long extraBytes() {
    return direction == null ? 0 : (long) direction.length * Float.BYTES;
  }

  @Override
  public void close() {
    release();
  }
}
