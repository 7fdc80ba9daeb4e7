package palimpsest.continual;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FlatBuffer;
import palimpsest.train.GradientHook;
import palimpsest.train.Objective;
import palimpsest.train.Pupil;
import palimpsest.train.Term;
import palimpsest.train.WeightSpace;

/**
 * Orthogonal gradient descent (Farajtabar et al. 2020) with the gradients of ground-truth logits:
 * of each of some old questions the gradient of {@code Σ_t logit_t[answer_t]} is kept, and what a
 * step's gradient has along any of them is taken out. The gradient is orthogonal to all of them;
 * the step need not be, for AdamW scales each weight by itself.
 *
 * <p>The directions of all tasks together are never more than asked for, nor than fit {@link
 * #MOST_BYTES}; every task has the same share of them. They lie in main memory and, while a task is
 * learned, orthonormal on the device. {@code ogd:0} is {@code seq}.
 */
final class Ogd implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "ogd",
              List.of(new Parameter.Count("directions", "n", 32)),
              "Takes out of each gradient what it has along n directions, each of which changes"
                  + " the logits of an old question most; 4 bytes a weight and direction, 1 GiB at"
                  + " most.");
        }

        @Override
        public List<String> examples() {
          return List.of("ogd", "ogd:3");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("ogd:0");
        }

        @Override
        public Strategy begin(Values values) {
          return new Ogd(values.count("directions"));
        }
      };

  /** Of the directions kept. */
  private static final long MOST_BYTES = 1L << 30;

  /** A direction that is a combination of others but for this share adds nothing. */
  private static final double DEPENDENT = 1e-3;

  private final int directions;

  /** Of each task so far. */
  private final List<List<float[]>> kept = new ArrayList<>();

  private final List<FlatBuffer> basis = new ArrayList<>();

  private Ogd(int directions) {
    this.directions = directions;
  }

  @Override
  public Optional<GradientHook> gradientHook(TaskContext task) {
    release();
    WeightSpace space = task.pupil().space();
    for (float[] direction : kept.stream().flatMap(List::stream).toList()) {
      FlatBuffer vector = space.vector();
      space.write(vector.all(), direction);
      if (orthonormalise(vector, basis, space)) {
        basis.add(vector);
      } else {
        vector.close();
      }
    }
    return basis.isEmpty()
        ? Optional.empty()
        : Optional.of(
            (gradient, there) -> {
              for (FlatBuffer unit : basis) {
                there.axpy(gradient, -there.dot(gradient, unit.all()), unit.all());
              }
              return 0;
            });
  }

  /** Gram-Schmidt, twice over, for once leaves rounding errors; false if nothing is left. */
  private static boolean orthonormalise(
      FlatBuffer vector, List<FlatBuffer> units, WeightSpace space) {
    double before = Math.sqrt(space.dot(vector.all(), vector.all()));
    for (int round = 0; round < 2; round++) {
      for (FlatBuffer unit : units) {
        space.axpy(vector.all(), -space.dot(vector.all(), unit.all()), unit.all());
      }
    }
    double left = Math.sqrt(space.dot(vector.all(), vector.all()));
    if (!(left > DEPENDENT * before)) {
      return false;
    }
    space.axpy(vector.all(), 1 / left - 1, vector.all());
    return true;
  }

  @Override
  public void afterTask(TaskContext task) {
    release();
    long bytes = task.pupil().space().layout().length() * Float.BYTES;
    int most = (int) Math.min(directions, MOST_BYTES / bytes);
    int share = most / (kept.size() + 1);
    if (share == 0) {
      return;
    }
    kept.replaceAll(ofTask -> ofTask.subList(0, Math.min(share, ofTask.size())));
    List<float[]> fresh = new ArrayList<>();
    for (Question question : Fisher.some(task, share)) {
      fresh.add(direction(task.pupil(), question));
    }
    kept.add(fresh);
  }

  /**
   * The gradient of the answer's own logits: that of {@code Σ (logits − wanted)²} where wanted is
   * half less at the answer's tokens, and the same elsewhere.
   */
  static float[] direction(Pupil pupil, Question question) {
    Batch batch = Fisher.alone(question);
    float[] wanted = pupil.logits(batch);
    int counted = batch.counted();
    int vocabulary = wanted.length / counted;
    int[] answer = question.answerIds();
    for (int t = 0; t < counted; t++) {
      wanted[t * vocabulary + answer[t]] -= 0.5f;
    }
    var term = new Term("ogd", batch, new Objective.SquaredError(wanted), counted);
    return pupil.gradient(List.of(term), gradient -> pupil.space().read(gradient));
  }

  private void release() {
    basis.forEach(FlatBuffer::close);
    basis.clear();
  }

  @Override
  public StrategyState state() {
    var state = new StrategyState();
    state.put("directions", kept.stream().mapToInt(List::size).toArray());
    for (int task = 0; task < kept.size(); task++) {
      for (int i = 0; i < kept.get(task).size(); i++) {
        state.put(name(task, i), kept.get(task).get(i));
      }
    }
    return state;
  }

  @Override
  public void load(StrategyState state) {
    kept.clear();
    int[] counts = state.ints("directions");
    for (int task = 0; task < counts.length; task++) {
      var ofTask = new ArrayList<float[]>();
      for (int i = 0; i < counts[task]; i++) {
        ofTask.add(state.floats(name(task, i)));
      }
      kept.add(ofTask);
    }
  }

  private static String name(int task, int i) {
    return "task%d.direction%d".formatted(task, i);
  }

  @Override
  public long extraBytes() {
    return kept.stream()
        .flatMap(List::stream)
        .mapToLong(direction -> (long) direction.length * Float.BYTES)
        .sum();
  }

  @Override
  public void close() {
    release();
  }
}
