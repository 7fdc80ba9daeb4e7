package palimpsest.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import palimpsest.data.Question;
import palimpsest.data.Tokenizer;
import palimpsest.io.NamedTensor;
import palimpsest.io.Safetensors;
import palimpsest.io.SafetensorsWriter;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;
import palimpsest.model.MemoryUse;
import palimpsest.model.ModelFolder;
import palimpsest.model.ModelSums;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.train.GradientHook;
import palimpsest.train.Learner;
import palimpsest.train.Moments;
import palimpsest.train.Pupil;
import palimpsest.train.Recipe;
import palimpsest.train.Scored;
import palimpsest.train.StepReport;
import palimpsest.train.Term;

/** A Transformer on a device, saved with its tokenizer as a folder that others can open. */
final class LearnerModel implements TrainableModel {
  private static final String MOMENTS = "optimizer.safetensors";
  private static final String STEPS = "steps";
  private static final String TRAINING = "training.safetensors";
  private static final String UPDATES = "updates";

  private final Parameters parameters;
  private final Learner learner;
  private final Tokenizer tokenizer;
  private final boolean carryMoments;
  private Optional<Moments> carried = Optional.empty();

  /** Whether the learner's moments are later ones than those carried. */
  private boolean begun;

  /**
   * @param parameters the model's own from now on
   * @param carryMoments whether AdamW's moments are saved and loaded with the weights
   */
  LearnerModel(
      palimpsest.ops.Device device,
      Parameters parameters,
      Tokenizer tokenizer,
      MemoryUse memory,
      boolean carryMoments) {
    this.parameters = parameters;
    this.learner = new Learner(device, parameters, memory);
    this.tokenizer = tokenizer;
    this.carryMoments = carryMoments;
  }

  @Override
  public void begin(Recipe recipe, FreezePlan freeze) {
    if (carryMoments && begun && learner.hasBegun()) {
      carried = Optional.of(learner.moments());
    }
    learner.begin(recipe, freeze);
    begun = true;
    carried
        .filter(moments -> moments.first().length == parameters.layout().length())
        .ifPresent(learner::carry);
  }

  @Override
  public StepReport step(List<Term> terms, GradientHook hook) {
    return learner.step(terms, hook);
  }

  @Override
  public Optional<String> frozenOutputs() {
    return learner.frozenOutputs();
  }

  @Override
  public String nonFinite() {
    return learner.nonFinite();
  }

  @Override
  public Pupil pupil() {
    return learner;
  }

  @Override
  public List<Scored> score(List<Question> questions) {
    return learner.score(questions);
  }

  @Override
  public long trainable(FreezePlan freeze) {
    return freeze.trainable(parameters.layout());
  }

  @Override
  public void save(Path folder) {
    ModelFolder.save(folder, parameters, tokenizer.endOfText());
    tokenizer.save(folder);
    if (carryMoments) {
      saveMoments(folder.resolve(MOMENTS), learner.hasBegun() ? learner.moments() : carried());
    }
    ModelSums.write(folder);
  }

  /**
   * What the next phase goes on with, where the learner has none: a method has changed the model.
   */
  private Moments carried() {
    int length = Math.toIntExact(parameters.layout().length());
    return carried
        .filter(moments -> moments.first().length == length)
        .orElseGet(() -> new Moments(new float[length], new float[length], 0));
  }

  @Override
  public void load(Path folder) {
    Insert insert = ModelFolder.insert(folder);
    var layout = new ParameterLayout(parameters.config(), insert);
    learner.insert(insert, new float[Math.toIntExact(layout.length() - layout.ownLength())]);
    ModelFolder.load(folder, parameters);
    carried = carryMoments ? Optional.of(loadMoments(folder.resolve(MOMENTS))) : Optional.empty();
    begun = false;
  }

  @Override
  public void saveForGoingOn(Path folder) {
    Moments moments = learner.moments();
    SafetensorsWriter.write(
        folder.resolve(TRAINING),
        List.of(
            flat("weights", parameters.copy()),
            flat("first", moments.first()),
            flat("second", moments.second())),
        Map.of(
            STEPS, Integer.toString(learner.steps()), UPDATES, Integer.toString(moments.steps())));
  }

  @Override
  public void goOn(Path folder) {
    int length = Math.toIntExact(parameters.layout().length());
    var weights = new float[length];
    var first = new float[length];
    var second = new float[length];
    try (Safetensors source = Safetensors.open(folder.resolve(TRAINING))) {
      source.read(flat("weights", weights));
      source.read(flat("first", first));
      source.read(flat("second", second));
      int updates = Integer.parseInt(source.metadata().get(UPDATES));
      int steps = Integer.parseInt(source.metadata().get(STEPS));
      learner.goOn(weights, new Moments(first, second, updates), steps);
    }
  }

  /** A flat buffer, padding included, as one tensor. */
  private static NamedTensor flat(String name, float[] values) {
    return new NamedTensor(name, new int[] {values.length}, MemorySegment.ofArray(values));
  }

  private void saveMoments(Path file, Moments moments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocateFrom(ValueLayout.JAVA_FLOAT, moments.first());
      MemorySegment second = arena.allocateFrom(ValueLayout.JAVA_FLOAT, moments.second());
      SafetensorsWriter.write(
          file, momentTensors(first, second), Map.of(STEPS, Integer.toString(moments.steps())));
    }
  }

  private Moments loadMoments(Path file) {
    long length = parameters.layout().length();
    try (Arena arena = Arena.ofConfined();
        Safetensors source = Safetensors.open(file)) {
      MemorySegment first = arena.allocate(ValueLayout.JAVA_FLOAT, length);
      MemorySegment second = arena.allocate(ValueLayout.JAVA_FLOAT, length);
      momentTensors(first, second).forEach(source::read);
      return new Moments(
          first.toArray(ValueLayout.JAVA_FLOAT),
          second.toArray(ValueLayout.JAVA_FLOAT),
          Integer.parseInt(source.metadata().get(STEPS)));
    }
  }

  private List<NamedTensor> momentTensors(MemorySegment first, MemorySegment second) {
    var tensors = new ArrayList<NamedTensor>();
    add(tensors, "first.", first);
    add(tensors, "second.", second);
    return tensors;
  }

  private void add(List<NamedTensor> tensors, String prefix, MemorySegment flat) {
    for (NamedTensor tensor : ModelFolder.tensors(parameters.layout(), flat)) {
      tensors.add(new NamedTensor(prefix + tensor.name(), tensor.shape(), tensor.data()));
    }
  }

  @Override
  public void close() {
    learner.close();
    parameters.close();
  }
}
