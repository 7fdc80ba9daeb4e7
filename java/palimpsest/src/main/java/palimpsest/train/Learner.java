package palimpsest.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import palimpsest.base.StopRequest;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;
import palimpsest.model.MemoryUse;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.model.PrefixCache;
import palimpsest.model.Recompute;
import palimpsest.ops.Device;
import palimpsest.ops.StepRecorder;
import palimpsest.ops.Tensor;

/**
 * A model on a device that can take training steps and answer questions. A step has two barriers:
 * each lane runs forward and backward on its share of the batch; then the lanes' gradients are
 * summed in lane order, by parameter range; then AdamW, by the same ranges.
 */
public final class Learner implements Pupil, AutoCloseable {
  private final Device device;
  private final Parameters parameters;
  private final Lane[] lanes;
  private final int passPositions;
  private final FrozenOutputs frozenOutputs;
  private final Recompute recompute;
  private Optimizer optimizer;
  private Recipe recipe;
  private FreezePlan freeze;

  /** Null without such an insert. */
  private LowRank lowRank;

  /** Whether an inserted prompt is asked with. */
  private boolean prompting = true;

  /** The parameters stay the caller's, to close after the learner. */
  public Learner(Device device, Parameters parameters) {
    this(device, parameters, MemoryUse.USUAL);
  }

  public Learner(Device device, Parameters parameters, MemoryUse memory) {
    this(device, parameters, memory, device.passPositions());
  }

  /**
   * @param passPositions in place of the usual number, which a small batch never reaches
   */
  Learner(Device device, Parameters parameters, MemoryUse memory, int passPositions) {
    frozenOutputs = new FrozenOutputs(device, parameters, memory.prefixes());
    recompute = memory.recompute();
    this.device = device;
    this.parameters = parameters;
    this.passPositions = passPositions;
    lanes = new Lane[device.lanes()];
    open();
  }

  /** Whether an inserted prompt is asked with, from now on. */
  void prompt(boolean with) {
    prompting = with;
  }

  private void open() {
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(device, parameters, recompute);
    }
    if (parameters.layout().insert() instanceof Insert.LowRank) {
      lowRank = new LowRank(device, parameters);
    }
  }

  /** The model's weights. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Starts a phase: a fresh optimiser, step 0.
   *
   * @throws IllegalArgumentException if the plan freezes everything
   */
  public void begin(Recipe recipe, FreezePlan freeze) {
    if (freeze.trainable(parameters.layout()) == 0) {
      throw new IllegalArgumentException("nothing is left to train");
    }
    closeOptimizer();
    boolean pairsAlone = lowRank != null && freeze.frozen().containsAll(FreezePlan.OWN.frozen());
    FreezePlan unused = pairsAlone ? LowRank.UNUSED : freeze;
    device.onEachLane((lane, ops) -> lanes[lane].train(ops, unused));
    frozenOutputs.begin(unused);
    FlatBuffer[] gradients = new FlatBuffer[lanes.length];
    for (int i = 0; i < lanes.length; i++) {
      gradients[i] = lanes[i].gradients();
    }
    optimizer =
        new Optimizer(device, parameters, gradients, recipe, freeze, pairsAlone ? lowRank : null);
    this.recipe = recipe;
    this.freeze = freeze;
  }

  /** Whether a phase has begun whose moments are there. */
  public boolean hasBegun() {
    return optimizer != null;
  }

  /** After {@link #begin}: goes on with another phase's moments instead of zeros. */
  public void carry(Moments moments) {
    begun().carry(moments);
  }

  /** AdamW's moments, to carry into another phase. */
  public Moments moments() {
    return begun().moments();
  }

  /**
   * After {@link #begin} with the same recipe and plan: goes on where another learner was between
   * two steps, bit for bit.
   *
   * @param weights its flat buffer
   * @param moments its AdamW's memory
   * @param steps of the phase, done
   */
  public void goOn(float[] weights, Moments moments, int steps) {
    parameters.restore(weights);
    begun().goOn(moments, steps);
  }

  /**
   * What was not finite when a step was last discarded for it: {@code gradient of
   * layers.2.attention …}. A gradient goes through the layers from the last to the first, so that
   * the last one which has it is where it came from; weights are named first of all.
   */
  public String nonFinite() {
    return begun().nonFinite();
  }

  /** Steps of the phase, done. */
  public int steps() {
    return begun().steps();
  }

  private Optimizer begun() {
    if (optimizer == null) {
      throw new IllegalStateException("no phase has begun");
    }
    return optimizer;
  }

  /** What the phase has kept of the outputs of frozen layers, in words; empty for nothing. */
  public Optional<String> frozenOutputs() {
    return frozenOutputs.text();
  }

  /** One optimisation step on the mean loss over the batch's counted positions. */
  public StepReport step(Batch batch) {
    return step(List.of(Term.task(batch)), null);
  }

  /**
   * One optimisation step on the sum of the terms.
   *
   * @param terms the task's own first
   * @param hook changes the gradient before it is clipped; may be null
   */
  public StepReport step(List<Term> terms, GradientHook hook) {
    StepEvent event = new StepEvent();
    event.begin();
    StepReport report = taken(terms, hook);
    if (event.shouldCommit()) {
      event.step = report.step();
      event.tokens = report.tokens();
      event.loss = report.loss();
      event.gradientNorm = report.gradientNorm();
      event.commit();
    }
    return report;
  }

  private StepReport taken(List<Term> terms, GradientHook hook) {
    Optimizer current = begun();
    if (hook == null && terms.size() == 1 && current.recordable()) {
      Optional<StepReport> report =
          device.recorder().flatMap(recorder -> step(terms.getFirst(), current, recorder));
      if (report.isPresent()) {
        return report.get();
      }
    }
    double loss = learn(terms.getFirst());
    double added = 0;
    for (Term term : terms.subList(1, terms.size())) {
      added += term.weight() * learn(term);
    }
    int tokens = terms.stream().mapToInt(term -> term.batch().rows() * term.batch().length()).sum();
    Optimizer.Update update = current.step(hook);
    return new StepReport(
        current.steps(),
        loss,
        added + update.added(),
        update.learningRate(),
        update.gradientNorm(),
        tokens);
  }

  /** A whole step as one piece of recorded work; empty if the batch takes several passes. */
  private Optional<StepReport> step(Term term, Optimizer current, StepRecorder recorder) {
    if (!(term.objective() instanceof Objective.Targets)) {
      return Optional.empty();
    }
    int counted = term.batch().counted();
    float scale = (float) (term.weight() / counted);
    BatchRows rows = BatchRows.of(prompted(term.batch()));
    Lane lane = lanes[0];
    var fed = new Lane.Fed[1];
    PrefixCache cache = frozenOutputs.current();
    device.onEachLane((i, ops) -> fed[i] = lane.feed(ops, rows, scale, passPositions, cache));
    if (fed[0] == null) {
      return Optional.empty();
    }
    current.prepare(recorder);
    recorder.run(
        fed[0],
        ops -> {
          lane.learn(fed[0]);
          current.work(recorder);
        });
    double loss = lane.loss(fed[0]) / counted;
    Optimizer.Update update = current.done(recorder);
    int tokens = term.batch().rows() * term.batch().length();
    return Optional.of(
        new StepReport(
            current.steps(), loss, 0, update.learningRate(), update.gradientNorm(), tokens));
  }

  /** Adds the term's gradient to the lanes'; returns its mean loss, without the weight. */
  private double learn(Term term) {
    int counted = term.batch().counted();
    float scale = (float) (term.weight() / counted);
    BatchRows rows = BatchRows.of(prompted(term.batch()));
    PrefixCache cache = frozenOutputs.current();
    device.onEachLane(
        (lane, ops) ->
            lanes[lane].learn(
                ops,
                rows.dealt(lane, lanes.length),
                term.objective(),
                scale,
                passPositions,
                cache));
    double loss = 0;
    for (Lane lane : lanes) {
      loss += lane.loss();
    }
    return loss / counted;
  }

  @Override
  public WeightSpace space() {
    return begun().space();
  }

  @Override
  public ParameterLayout layout() {
    return parameters.layout();
  }

  @Override
  public Tensor weights() {
    return parameters.master();
  }

  @Override
  public float[] copy() {
    return parameters.copy();
  }

  @Override
  public void restore(float[] weights) {
    parameters.restore(weights);
  }

  @Override
  public <R> R gradient(List<Term> terms, Function<Tensor, R> use) {
    Optimizer current = begun();
    terms.forEach(this::learn);
    return current.gradient(use);
  }

  @Override
  public void insert(Insert insert, float[] values) {
    if (lowRank != null) {
      set(new float[parameters.inserted().length]);
    }
    replace(insert);
    set(values);
  }

  @Override
  public void merge() {
    replace(Insert.none());
  }

  private void replace(Insert insert) {
    close();
    parameters.insert(insert);
    open();
  }

  @Override
  public float[] inserted() {
    return parameters.inserted();
  }

  @Override
  public <R> R with(float[] inserted, Supplier<R> use) {
    float[] before = parameters.copy();
    boolean asked = prompting;
    try {
      set(inserted == null ? new float[parameters.inserted().length] : inserted);
      prompting = inserted != null;
      return use.get();
    } finally {
      parameters.restore(before);
      prompting = asked;
    }
  }

  private void set(float[] inserted) {
    parameters.restoreInserted(inserted);
    if (lowRank != null) {
      lowRank.write();
    }
  }

  /** The batch behind the inserted prompt, if there is one. */
  private Batch prompted(Batch batch) {
    return prompting ? VirtualTokens.before(batch, parameters) : batch;
  }

  @Override
  public void addSquares(Tensor out, List<Term> terms) {
    sums().add(out, terms, (ops, sum, gradient) -> ops.accumulateSquares(sum, gradient, 1));
  }

  @Override
  public void addMagnitudes(Tensor out, List<Term> terms) {
    sums().add(out, terms, (ops, sum, gradient) -> ops.accumulateMagnitudes(sum, gradient, 1));
  }

  private GradientSums sums() {
    return new GradientSums(device, lanes, passPositions, begun().space(), frozenOutputs.current());
  }

  @Override
  public List<float[]> rehearse(Supplier<Batch> batches, int... looks) {
    float[] start = copy();
    Moments before = moments();
    begin(recipe, freeze);
    List<float[]> seen = new ArrayList<>();
    int steps = 0;
    for (int look : looks) {
      for (; steps < look; steps++) {
        step(batches.get());
      }
      seen.add(copy());
    }
    restore(start);
    begin(recipe, freeze);
    carry(before);
    return seen;
  }

  @Override
  public float[] logits(Batch batch) {
    float[] all = new float[batch.counted() * parameters.config().vocabulary()];
    BatchRows rows = BatchRows.of(prompted(batch));
    device.onEachLane(
        (lane, ops) -> lanes[lane].logits(ops, rows.dealt(lane, lanes.length), all, passPositions));
    return all;
  }

  @Override
  public List<int[]> write(
      int start, int count, int length, Sampling sampling, RandomGenerator random) {
    var generator = new Generator(device, parameters, start, sampling, random, new StopRequest());
    int[][] prompts = new int[count][];
    Arrays.fill(prompts, new int[] {start});
    return Arrays.stream(generator.generate(prompts, length))
        .map(text -> text.length < length ? ended(text, start) : text)
        .toList();
  }

  private static int[] ended(int[] text, int end) {
    int[] whole = Arrays.copyOf(text, text.length + 1);
    whole[text.length] = end;
    return whole;
  }

  @Override
  public Teacher teacher() {
    return new Snapshot(device, parameters, prompting);
  }

  /**
   * One teacher-forced pass over the questions; the answers come in the questions' order. Draws no
   * random numbers.
   */
  @Override
  public List<Scored> score(List<Question> questions) {
    var answers = new Answers(device, lanes, passPositions);
    if (prompting && parameters.layout().insert().positions() > 0) {
      List<Scored> scored = answers.to(VirtualTokens.before(questions, parameters));
      return IntStream.range(0, scored.size())
          .mapToObj(
              i -> new Scored(questions.get(i), scored.get(i).predicted(), scored.get(i).loss()))
          .toList();
    }
    return answers.to(questions);
  }

  private void closeOptimizer() {
    if (optimizer != null) {
      device.recorder().ifPresent(StepRecorder::forget);
      optimizer.close();
      optimizer = null;
    }
  }

  @Override
  public void close() {
    closeOptimizer();
    frozenOutputs.close();
    for (Lane lane : lanes) {
      lane.close();
    }
    if (lowRank != null) {
      lowRank.close();
      lowRank = null;
    }
  }
}
