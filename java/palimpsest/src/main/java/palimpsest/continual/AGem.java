package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import palimpsest.base.CountedRandom;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FlatBuffer;
import palimpsest.ops.Tensor;
import palimpsest.train.GradientHook;
import palimpsest.train.Term;
import palimpsest.train.WeightSpace;

/**
 * Averaged gradient episodic memory (Chaudhry et al. 2019): where a step's gradient g would raise
 * the loss of stored old questions, whose gradient is r, {@code g − (g·r / r·r) r} is taken. r is
 * of as many drawn questions as a batch has rows. {@code agem:0} is {@code seq}.
 */
final class AGem implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "agem",
              List.of(new Parameter.Count("buffer", "n", 200)),
              "Stores n old questions; takes out of each gradient what would raise their loss.");
        }

        @Override
        public List<String> examples() {
          return List.of("agem", "agem:20");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("agem:0");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.STORED;
        }

        @Override
        public double stepCost(Values values, Setting setting) {
          return 2; // old questions' gradient beside the new ones'
        }

        @Override
        public Strategy begin(Values values) {
          return new AGem(values.count("buffer"));
        }
      };

  private final QuestionReservoir stored;
  private CountedRandom draws;
  private FlatBuffer reference;

  private AGem(int buffer) {
    this.stored = new QuestionReservoir(buffer);
  }

  @Override
  public void beforeTask(TaskContext task) {
    draws = task.random("agem", "draw");
  }

  @Override
  public Optional<GradientHook> gradientHook(TaskContext task) {
    release();
    if (stored.size() == 0) {
      return Optional.empty();
    }
    reference = task.pupil().space().vector();
    return Optional.of((gradient, space) -> project(gradient, reference.all(), space));
  }

  /** Adds no term, but sees to the old questions' gradient while no other one is in its place. */
  @Override
  public List<Term> terms(StepRows rows, TaskContext task) {
    if (reference != null) {
      List<Row> drawn = stored.draw(rows.batch().rows(), draws);
      var batch = QuestionBatches.of(drawn.stream().map(Row::question).toList());
      WeightSpace space = task.pupil().space();
      task.pupil()
          .gradient(
              List.of(Term.task(batch)),
              gradient -> {
                space.copy(reference.all(), gradient);
                return null;
              });
    }
    return List.of();
  }

  /** Takes r out of g if they point against each other. */
  static double project(Tensor gradient, Tensor reference, WeightSpace space) {
    double product = space.dot(gradient, reference);
    if (product < 0) {
      space.axpy(gradient, -product / space.dot(reference, reference), reference);
    }
    return 0;
  }

  @Override
  public void afterTask(TaskContext task) {
    release();
    RandomGenerator random = task.random("agem", "store");
    stored.learned(task.training(), task.task(), random);
  }

  private void release() {
    if (reference != null) {
      reference.close();
      reference = null;
    }
  }

  @Override
  public Occupancy occupancy() {
    return stored.occupancy();
  }

  @Override
  public StrategyState state() {
    return stored.state();
  }

  @Override
  public void load(StrategyState state) {
    stored.load(state);
  }

  @Override
  public StrategyState midway() {
    return new StrategyState().put("drawn", draws);
  }

  @Override
  public void goOn(StrategyState midway) {
    midway.goOn("drawn", draws);
  }

  @Override
  public long extraBytes() {
    return stored.bytes();
  }

  @Override
  public void close() {
    release();
  }
}
