package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FlatBuffer;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Along;
import palimpsest.ops.reference.ReferenceImitation;
import palimpsest.ops.reference.ReferenceProjection;
import palimpsest.train.GradientHook;
import palimpsest.train.Learner;
import palimpsest.train.Objective;
import palimpsest.train.Term;
import palimpsest.train.WeightSpace;

/** What methods add to a gradient or take from it. */
class MethodGradientTest {
  private final SmallModel model = new SmallModel(5);
  private final Learner learner = model.learner;
  private final ParameterLayout layout = learner.parameters().layout();
  private final float[] old = ReferenceModel.randomWeights(layout, 17);
  private final float[] now = ReferenceModel.randomWeights(layout, 18);
  private final List<FlatBuffer> vectors = new ArrayList<>();

  @BeforeEach
  void begin() {
    learner.restore(old);
    model.lookBack(StrategyRegistry.parse("seq").begin(), 0);
  }

  @AfterEach
  void close() {
    vectors.forEach(FlatBuffer::close);
    model.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ewc:50:questions=20", "ewc:3:fisher=batch", "mas:0.1:questions=20", "l2:0.7"})
  void aPenaltysGradientIsThatOfItsValue(String method) {
    try (Strategy strategy = StrategyRegistry.parse(method).begin()) {
      strategy.afterTask(model.context(0));
      GradientHook hook = strategy.gradientHook(model.context(1)).orElseThrow();
      learner.restore(now);
      FlatBuffer gradient = vector(new float[now.length]);
      hook.apply(gradient.all(), learner.space());
      float[] analytic = learner.space().read(gradient.all());
      int[] places = places(analytic);
      double[] differences =
          Arrays.stream(places).mapToDouble(i -> difference(hook, gradient, i)).toArray();
      assertClose(method, 1e-3, differences, at(analytic, places));
    }
  }

  /** A parabola's central difference is exact however wide. */
  private double difference(GradientHook hook, FlatBuffer gradient, int i) {
    float[] moved = now.clone();
    moved[i] = now[i] + 16;
    learner.restore(moved);
    double above = hook.apply(gradient.all(), learner.space());
    moved[i] = now[i] - 16;
    learner.restore(moved);
    double below = hook.apply(gradient.all(), learner.space());
    return (above - below) / 32;
  }

  @Test
  void distillationFollowsTheLossItStates() {
    try (Strategy strategy = StrategyRegistry.parse("lwf:0.6:temperature=2").begin()) {
      strategy.beforeTask(model.context(1)); // the teacher has the old weights
      learner.restore(now);
      List<Question> own = SmallModel.task(1).subList(0, 4);
      List<Term> terms =
          strategy.terms(new StepRows(QuestionBatches.of(own), own, List.of()), model.context(1));
      double[] teacher = logits(old, QuestionBatches.of(own));
      int rows = QuestionBatches.of(own).counted();
      check(
          terms,
          weights -> {
            double[] student = logits(weights, QuestionBatches.of(own));
            double[] losses = ReferenceImitation.divergences(student, teacher, rows, 2);
            return 0.6 * Arrays.stream(losses).sum() / rows;
          });
    }
  }

  @Test
  void darkExperienceFollowsTheLossItStates() {
    try (Strategy strategy = StrategyRegistry.parse("der++:5:alpha=0.4:beta=0.3").begin()) {
      strategy.afterTask(model.context(0)); // stores logits of the old weights
      strategy.beforeTask(model.context(1));
      learner.restore(now);
      List<Question> own = SmallModel.task(1).subList(0, 4);
      List<Term> terms =
          strategy.terms(new StepRows(QuestionBatches.of(own), own, List.of()), model.context(1));
      assertEquals(2, terms.size());
      Batch first = terms.get(0).batch();
      Batch second = terms.get(1).batch();
      assertEquals(Objective.TARGETS, terms.get(1).objective());
      double[] stored = logits(old, first);
      check(
          terms,
          weights -> {
            double[] there = logits(weights, first);
            double error =
                Arrays.stream(ReferenceImitation.squaredErrors(there, stored, first.counted()))
                    .sum();
            double answers =
                new ReferenceModel(layout, weights)
                    .loss(second.tokens(), second.targets(), second.rows(), second.length());
            return 0.4 * error / there.length + 0.3 * answers;
          });
    }
  }

  private void check(List<Term> terms, ToDoubleFunction<float[]> loss) {
    float[] gradient = learner.gradient(terms, g -> learner.space().read(g));
    int[] places = places(gradient);
    double[] differences =
        Arrays.stream(places)
            .mapToDouble(
                i -> {
                  float[] above = now.clone();
                  float[] below = now.clone();
                  above[i] += 1f / 1024;
                  below[i] -= 1f / 1024;
                  return (loss.applyAsDouble(above) - loss.applyAsDouble(below))
                      / ((double) above[i] - below[i]);
                })
            .toArray();
    assertClose("gradient", 1e-4, differences, at(gradient, places));
  }

  /** In double, at the counted positions. */
  private double[] logits(float[] weights, Batch batch) {
    double[] all =
        new ReferenceModel(layout, weights).logits(batch.tokens(), batch.rows(), batch.length());
    int vocabulary = layout.config().vocabulary();
    return IntStream.range(0, batch.targets().length)
        .filter(n -> batch.targets()[n] != Batch.IGNORED)
        .boxed()
        .flatMapToDouble(n -> Arrays.stream(all, n * vocabulary, (n + 1) * vocabulary))
        .toArray();
  }

  @Test
  void agemTakesOutWhatWouldRaiseTheOldLossAndNothingElse() {
    float[] reference = noise(1);
    FlatBuffer r = vector(reference);
    WeightSpace space = learner.space();
    float[] against = noise(2);
    for (int i = 0; i < against.length; i++) {
      against[i] -= 0.5f * reference[i];
    }
    FlatBuffer g = vector(against);
    AGem.project(g.all(), r.all(), space);
    double size = Math.sqrt(space.dot(g.all(), g.all()) * space.dot(r.all(), r.all()));
    assertEquals(0, space.dot(g.all(), r.all()) / size, 1e-6);

    float[] along = noise(3);
    for (int i = 0; i < along.length; i++) {
      along[i] += 0.5f * reference[i];
    }
    FlatBuffer agrees = vector(along);
    AGem.project(agrees.all(), r.all(), space);
    assertArrayEquals(along, space.read(agrees.all()));
  }

  /** The reference is the gradient of stored questions at the weights of the moment. */
  @Test
  void agemAsksStoredQuestions() {
    try (Strategy strategy = StrategyRegistry.parse("agem:1").begin()) {
      strategy.afterTask(model.context(0));
      learner.restore(now);
      TaskContext task = model.context(1);
      strategy.beforeTask(task);
      GradientHook hook = strategy.gradientHook(task).orElseThrow();
      List<Question> own = SmallModel.task(1).subList(0, 3);
      var rows = new StepRows(QuestionBatches.of(own), own, List.of());
      assertEquals(List.of(), strategy.terms(rows, task));
      float[] reference = null;
      for (Question question : SmallModel.task(0)) {
        // whichever was stored: g = −r is taken away whole, and no other gradient is
        float[] r = gradientOf(question);
        float[] g = r.clone();
        for (int i = 0; i < g.length; i++) {
          g[i] = -g[i];
        }
        FlatBuffer vector = vector(g);
        hook.apply(vector.all(), learner.space());
        double left = learner.space().dot(vector.all(), vector.all());
        if (left < 1e-8 * dot(r, r)) {
          assertEquals(null, reference, "two questions fit one place");
          reference = r;
        }
      }
      assertNotEquals(null, reference);
    }
  }

  private float[] gradientOf(Question question) {
    return learner.gradient(
        List.of(Term.task(QuestionBatches.of(List.of(question)))), g -> learner.space().read(g));
  }

  @Test
  void whatOgdLeavesIsOrthogonalToEveryDirection() {
    try (Strategy strategy = StrategyRegistry.parse("ogd:7").begin()) {
      strategy.afterTask(model.context(0));
      StrategyState state = strategy.state();
      GradientHook hook = strategy.gradientHook(model.context(1)).orElseThrow();
      FlatBuffer gradient = vector(noise(4));
      hook.apply(gradient.all(), learner.space());
      float[] left = learner.space().read(gradient.all());
      assertTrue(dot(left, left) > 0.5 * dot(noise(4), noise(4)));
      for (int i = 0; i < 7; i++) {
        float[] direction = state.floats("task0.direction" + i);
        double size = Math.sqrt(dot(left, left) * dot(direction, direction));
        assertEquals(0, dot(left, direction) / size, 1e-6);
      }
    }
  }

  @Test
  void ogdSharesItsDirectionsAmongTasks() {
    try (Strategy strategy = StrategyRegistry.parse("ogd:7").begin()) {
      long bytes = layout.length() * Float.BYTES;
      strategy.afterTask(model.context(0));
      assertEquals(7 * bytes, strategy.extraBytes());
      strategy.afterTask(model.context(1));
      assertArrayEquals(new int[] {3, 3}, strategy.state().ints("directions"));
      assertEquals(6 * bytes, strategy.extraBytes());
    }
  }

  @Test
  void rowsAreProjectedByTheFormulaOfTheirKind() {
    float[] x = noise(5);
    float[] direction = noise(6);
    FlatBuffer gradient = vector(x);
    learner
        .space()
        .removeAlong(gradient.all(), vector(direction).all(), Along.COSINE, Along.HALF_NORMED, 0.5);
    float[] left = learner.space().read(gradient.all());
    for (Parameter parameter : layout.parameters()) {
      int rows = parameter.matrix() ? parameter.shape()[0] : 1;
      Along along = parameter.matrix() ? Along.COSINE : Along.HALF_NORMED;
      double[] expected =
          ReferenceProjection.removed(
              ReferenceModel.slice(parameter, x),
              ReferenceModel.slice(parameter, direction),
              rows,
              along,
              0.5);
      assertClose(parameter.name(), 1e-6, expected, ReferenceModel.slice(parameter, left));
    }
  }

  @Test
  void aRehearsalIsForgottenAgain() {
    learner.restore(now);
    var order = new QuestionBatches(SmallModel.task(1), 1, "order");
    List<float[]> seen = learner.rehearse(() -> order.next(8), 0, 2, 5);
    assertArrayEquals(now, seen.get(0));
    assertNotEquals(Arrays.hashCode(seen.get(1)), Arrays.hashCode(seen.get(2)));
    assertArrayEquals(now, learner.copy());
    var again = new QuestionBatches(SmallModel.task(1), 1, "order");
    assertArrayEquals(seen.get(2), learner.rehearse(() -> again.next(8), 5).getFirst());
  }

  @Test
  void aTaskVectorGoesBackItsShareOfTheWay() {
    float[] end = {1, 2, -3};
    float[] start = {0, 4, -3};
    assertArrayEquals(new float[] {0.75f, 2.5f, -3}, TaskVector.backwards(end, end, start, 0.25));
    assertArrayEquals(start, TaskVector.backwards(end, end, start, 1));
  }

  @Test
  void aTaskVectorShowsWhatOtherSharesAndStepsWouldHaveGiven() {
    try (Strategy strategy = StrategyRegistry.parse("task-vector:0.4").begin()) {
      TaskContext task = model.context(1);
      strategy.beforeTask(task);
      for (int step = 1; step <= 145; step++) {
        float[] weights = old.clone();
        weights[0] = old[0] + step;
        learner.restore(weights);
        strategy.afterStep(task);
      }
      List<Alternative> all = strategy.alternatives(task);
      assertEquals(
          List.of(40, 80, 120, 145), all.stream().map(Alternative::step).distinct().toList());
      Alternative some =
          all.stream()
              .filter(one -> one.step() == 80 && one.alpha() == 0.4)
              .findFirst()
              .orElseThrow();
      assertEquals(old[0] + 80 - 0.4 * 145, some.weights().get()[0], 1e-4);
      assertEquals(old[1], some.weights().get()[1]);
      strategy.afterTask(task);
      assertEquals(old[0] + 0.6 * 145, learner.copy()[0], 1e-4);
    }
  }

  private FlatBuffer vector(float[] values) {
    FlatBuffer vector = learner.space().vector();
    vectors.add(vector);
    learner.space().write(vector.all(), values);
    return vector;
  }

  /** Of every weight; padding is 0, as in any gradient. */
  private float[] noise(long seed) {
    Random random = new Random(seed);
    float[] noise = new float[now.length];
    for (Parameter parameter : layout.parameters()) {
      int first = Math.toIntExact(parameter.offset());
      for (int i = first; i < first + parameter.size(); i++) {
        noise[i] = (float) random.nextGaussian();
      }
    }
    return noise;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** Of each tensor the element with the largest gradient, and another one. */
  private int[] places(float[] gradient) {
    Random random = new Random(3);
    return layout.parameters().stream()
        .flatMapToInt(
            parameter -> {
              int first = Math.toIntExact(parameter.offset());
              int end = first + Math.toIntExact(parameter.size());
              int largest =
                  IntStream.range(first, end)
                      .reduce((a, b) -> Math.abs(gradient[a]) >= Math.abs(gradient[b]) ? a : b)
                      .orElseThrow();
              return IntStream.of(largest, random.nextInt(first, end));
            })
        .toArray();
  }

  private static double[] at(float[] vector, int[] places) {
    return Arrays.stream(places).mapToDouble(i -> vector[i]).toArray();
  }
}
