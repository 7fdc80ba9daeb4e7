package palimpsest.continual;

import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import palimpsest.base.RandomStream;
import palimpsest.data.AnswerKey;
import palimpsest.data.Batch;
import palimpsest.data.Place;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.model.Initialisation;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.train.Learner;
import palimpsest.train.Moments;
import palimpsest.train.Recipe;

/** A real model of four narrow layers that strategies teach, as an experiment would let them. */
final class SmallModel implements AutoCloseable {
  static final int ROWS = 48;
  static final Setting SETTING = new Setting(4, ROWS, 16);

  private static final int CHUNK = 12;

  private static final int VOCABULARY = 32;

  /** Ends every prompt. */
  private static final int SEPARATOR = 30;

  /** Ends every answer. */
  private static final int END = 31;

  private static final ModelConfig SHAPE =
      new ModelConfig(4, 16, 2, 32, VOCABULARY, 16, 0.5, 10_000, true, false, 1e-5);
  private static final Recipe RECIPE = new Recipe(100, 1e-3, 1, 0, 0.9, 0.99, 1e-8, 0.01, false, 1);
  private static final List<List<Question>> TASKS =
      List.of(questions(0, 300), questions(1, 200), questions(2, 100));

  private final CpuDevice device = new CpuDevice(2);
  private final Parameters parameters = new Parameters(device, SHAPE);
  final Learner learner = new Learner(device, parameters);
  private final long seed;

  SmallModel(long seed) {
    this.seed = seed;
    parameters.initialise(Initialisation.SMALL, seed);
  }

  static List<Question> task(int number) {
    return TASKS.get(number);
  }

  /** What is done between two steps; a test's evaluation. */
  @FunctionalInterface
  interface Between {
    void look(TaskContext task);

    Between NOTHING = _ -> {};
  }

  TaskContext context(int task) {
    return new TaskContext(
        seed,
        0,
        task,
        TASKS.get(task),
        learner,
        this::texts,
        () -> new AnswerKey(TASKS.subList(0, task).stream().flatMap(List::stream).toList()));
  }

  private Supplier<Batch> texts() {
    RandomGenerator random = RandomStream.of(seed, "texts");
    return () ->
        new Batch(
            4,
            CHUNK,
            random.ints(4 * CHUNK, 0, VOCABULARY).toArray(),
            random.ints(4 * CHUNK, 0, VOCABULARY).toArray());
  }

  /** Makes it ready to be asked, all weights being trained. */
  void begin() {
    learner.begin(RECIPE, FreezePlan.NONE);
  }

  /** Task 0 is known, however it was learned. */
  void lookBack(Strategy strategy, int task) {
    learner.begin(RECIPE, FreezePlan.NONE);
    strategy.afterTask(context(task));
  }

  /** Learns a task and looks back at it; the weights then. */
  float[] teach(Strategy strategy, OldData allowed, int task, int steps, Between between) {
    StrategySteps lesson = begin(strategy, allowed, task);
    return teach(lesson, strategy, task, steps, between);
  }

  private float[] teach(
      StrategySteps lesson, Strategy strategy, int task, int steps, Between between) {
    while (learner.steps() < steps) {
      learner.step(lesson.next(), lesson.hook());
      lesson.taken();
      between.look(context(task));
    }
    float[] weights = learner.copy();
    lookBack(strategy, task);
    return weights;
  }

  private StrategySteps begin(Strategy strategy, OldData allowed, int task) {
    TaskContext context = context(task);
    learner.begin(RECIPE, FreezePlan.NONE);
    strategy.beforeTask(context);
    learner.begin(RECIPE, strategy.trainable(context));
    var order = new QuestionBatches(context.training(), seed, "order", "task" + task);
    return new StrategySteps(strategy, context, allowed, order, ROWS);
  }

  /** All that another model needs to go on in the middle of a task. */
  record Middle(float[] weights, Moments moments, int steps, Place place, StrategyState midway) {}

  /** Learns some steps of a task, and says where it stands then. */
  Middle teachSome(Strategy strategy, OldData allowed, int task, int steps) {
    StrategySteps lesson = begin(strategy, allowed, task);
    while (learner.steps() < steps) {
      learner.step(lesson.next(), lesson.hook());
      lesson.taken();
    }
    return new Middle(learner.copy(), learner.moments(), steps, lesson.place(), strategy.midway());
  }

  /** Learns the rest of a task, of which another model has learned some. */
  float[] teachRest(Strategy strategy, OldData allowed, int task, Middle middle, int steps) {
    StrategySteps lesson = begin(strategy, allowed, task);
    learner.goOn(middle.weights(), middle.moments(), middle.steps());
    lesson.goOn(middle.place(), middle.midway());
    return teach(lesson, strategy, task, steps, Between.NOTHING);
  }

  /** Takes over the weights of another model, and what is inserted into it. */
  void become(SmallModel other) {
    learner.insert(other.learner.layout().insert(), other.learner.inserted());
    learner.restore(other.learner.copy());
  }

  private static List<Question> questions(int task, int count) {
    RandomGenerator random = RandomStream.of(11, "questions", "task" + task);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Question(
                    1000 * task + i / 6,
                    "attribute" + i % 6,
                    "question %d of task %d".formatted(i, task),
                    "answer " + i,
                    ending(random.ints(4, 0, SEPARATOR), SEPARATOR),
                    ending(random.ints(i % 3, 0, SEPARATOR), END)))
        .toList();
  }

  private static int[] ending(IntStream tokens, int last) {
    return IntStream.concat(tokens, IntStream.of(last)).toArray();
  }

  @Override
  public void close() {
    learner.close();
    parameters.close();
    device.close();
  }
}
