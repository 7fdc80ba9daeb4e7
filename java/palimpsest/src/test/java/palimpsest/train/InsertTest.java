package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.ops.reference.Close.assertClose;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import palimpsest.base.UserException;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;
import palimpsest.model.ModelConfig;
import palimpsest.model.ModelFolder;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.ops.reference.Tolerance;

/** What a model is given beside its own weights, against the model in double precision. */
@Tag(TestDevices.CONTRACT)
class InsertTest {
  private static final int BATCH = 5;
  private static final int TIME = 7;
  private static final int VOCABULARY = 11;
  private static final int SAMPLES = 30;
  private static final Recipe SHOW_GRADIENT = new Recipe(1, 0, 1, 0, 0, 0.999, 1e-8, 0, false, 0);
  private static final Recipe TRAIN = new Recipe(100, 1e-2, 1, 0, 0.9, 0.99, 1e-8, 0.01, false, 1);

  @TempDir Path folder;

  static Stream<Arguments> inserts() {
    return Stream.of(new Insert.LowRank(3, 5), new Insert.Adapter(6), new Insert.Prompt(2))
        .flatMap(
            insert ->
                Stream.of(true, false)
                    .flatMap(
                        parallel ->
                            IntStream.of(1, 3)
                                .mapToObj(lanes -> Arguments.of(insert, parallel, lanes))));
  }

  private static ModelConfig config(boolean parallel) {
    return new ModelConfig(2, 18, 3, 23, VOCABULARY, 12, 1.0, 50, parallel, false, 1e-5);
  }

  /** A model whose own weights and insert are all alive; what the reference is made of. */
  private static final class Subject implements AutoCloseable {
    final ParameterLayout layout;
    final float[] own;
    final float[] inserted;
    final Device device;
    final Parameters parameters;
    final Learner learner;

    Subject(Insert insert, boolean parallel, int lanes) {
      ModelConfig config = config(parallel);
      layout = new ParameterLayout(config, insert);
      float[] weights = ReferenceModel.randomWeights(layout, 17);
      own = Arrays.copyOf(weights, (int) layout.ownLength());
      inserted = Arrays.copyOfRange(weights, (int) layout.ownLength(), weights.length);
      device = TestDevices.open(lanes);
      parameters = new Parameters(device, config);
      parameters.restore(own);
      learner = new Learner(device, parameters);
    }

    /** The model with its insert in double precision. */
    ReferenceModel reference() {
      float[] weights = Arrays.copyOf(own, (int) layout.length());
      System.arraycopy(inserted, 0, weights, own.length, inserted.length);
      return new ReferenceModel(layout, weights);
    }

    float[] ownNow() {
      return Arrays.copyOf(parameters.copy(), own.length);
    }

    @Override
    public void close() {
      learner.close();
      parameters.close();
      device.close();
    }
  }

  @ParameterizedTest
  @MethodSource("inserts")
  void gradientsEqualCentralDifferences(Insert insert, boolean parallel, int lanes) {
    Batch batch = batch();
    try (Subject subject = new Subject(insert, parallel, lanes)) {
      subject.learner.insert(insert, subject.inserted);
      subject.learner.begin(SHOW_GRADIENT, FreezePlan.OWN);
      StepReport report = subject.learner.step(batch);
      ReferenceModel reference = subject.reference();
      Batch whole = VirtualTokens.before(batch, subject.parameters);
      double loss = reference.loss(whole.tokens(), whole.targets(), BATCH, whole.length());
      assertEquals(loss, report.loss(), loss * Tolerance.MODEL.ofFp32());
      float[] moments = subject.learner.moments().first();
      for (Parameter parameter : subject.layout.parameters()) {
        int[] indices = sample(parameter);
        double[] here =
            Arrays.stream(indices)
                .mapToDouble(i -> moments[(int) parameter.offset() + i])
                .toArray();
        if (parameter.inserted()) {
          double[] expected =
              reference.gradient(
                  parameter.name(),
                  indices,
                  whole.tokens(),
                  whole.targets(),
                  BATCH,
                  whole.length());
          assertClose(parameter.name(), Tolerance.MODEL_GRADIENT.ofFp32(), expected, here);
        } else {
          assertArrayEquals(new double[indices.length], here, parameter.name());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("inserts")
  void withoutPairsEverythingMayTrain(Insert insert, boolean parallel, int lanes) {
    if (insert instanceof Insert.LowRank) {
      return; // pairs are merged before anything else trains
    }
    Batch batch = batch();
    try (Subject subject = new Subject(insert, parallel, lanes)) {
      subject.learner.insert(insert, subject.inserted);
      subject.learner.begin(SHOW_GRADIENT, FreezePlan.NONE);
      subject.learner.step(batch);
      ReferenceModel reference = subject.reference();
      Batch whole = VirtualTokens.before(batch, subject.parameters);
      float[] moments = subject.learner.moments().first();
      for (Parameter parameter : subject.layout.parameters()) {
        int[] indices = sample(parameter);
        double[] here =
            Arrays.stream(indices)
                .mapToDouble(i -> moments[(int) parameter.offset() + i])
                .toArray();
        double[] expected =
            reference.gradient(
                parameter.name(), indices, whole.tokens(), whole.targets(), BATCH, whole.length());
        assertClose(parameter.name(), Tolerance.MODEL_GRADIENT.ofFp32(), expected, here);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("inserts")
  void logitsEqualThoseOfTheTwoWaysSeparately(Insert insert, boolean parallel, int lanes) {
    Batch batch = batch();
    try (Subject subject = new Subject(insert, parallel, lanes)) {
      subject.learner.insert(insert, subject.inserted);
      Batch whole = VirtualTokens.before(batch, subject.parameters);
      double[] all = subject.reference().logits(whole.tokens(), BATCH, whole.length());
      int place = 0;
      double[] expected = new double[batch.counted() * VOCABULARY];
      for (int n = 0; n < whole.targets().length; n++) {
        if (whole.targets()[n] >= 0) {
          System.arraycopy(all, n * VOCABULARY, expected, place++ * VOCABULARY, VOCABULARY);
        }
      }
      float[] here = subject.learner.logits(batch);
      double[] doubles = IntStream.range(0, here.length).mapToDouble(i -> here[i]).toArray();
      assertClose("logits", Tolerance.MODEL.ofFp32(), expected, doubles);
    }
  }

  @ParameterizedTest
  @MethodSource("inserts")
  void zerosThatLeadOutLeaveTheLogitsAndTrainingLeavesTheWeights(
      Insert insert, boolean parallel, int lanes) {
    Batch batch = batch();
    try (Subject subject = new Subject(insert, parallel, lanes)) {
      float[] before = subject.learner.logits(batch);
      float[] still = subject.inserted.clone();
      for (Parameter parameter : subject.layout.parameters()) {
        if (parameter.name().endsWith("lora_B") || parameter.name().contains(".up.")) {
          int first = (int) (parameter.offset() - subject.layout.ownLength());
          Arrays.fill(still, first, first + (int) parameter.size(), 0);
        }
      }
      subject.learner.insert(insert, still);
      if (insert instanceof Insert.Prompt) {
        assertFalse(Arrays.equals(before, subject.learner.logits(batch)));
      } else {
        assertArrayEquals(before, subject.learner.logits(batch));
      }
      subject.learner.begin(TRAIN, FreezePlan.OWN);
      double first = subject.learner.step(batch).loss();
      double last = 0;
      for (int step = 1; step < 100; step++) {
        last = subject.learner.step(batch).loss();
      }
      assertTrue(last < 0.9 * first, "from %s to %s".formatted(first, last));
      float[] trained = subject.learner.inserted();
      assertFalse(Arrays.equals(still, trained));
      float[] after = subject.learner.logits(batch);
      assertArrayEquals(
          before, subject.learner.with(null, () -> subject.learner.logits(batch)), "without");
      assertArrayEquals(after, subject.learner.logits(batch), "with it again");
      subject.learner.insert(Insert.none(), new float[0]);
      assertArrayEquals(subject.own, subject.ownNow(), "the model's own bytes");
    }
  }

  @Test
  void mergedPairsAnswerAlike() {
    Insert insert = new Insert.LowRank(3, 5);
    try (Subject subject = new Subject(insert, true, 2)) {
      subject.learner.insert(insert, subject.inserted);
      float[] before = subject.learner.logits(batch());
      subject.learner.merge();
      assertEquals(Insert.none(), subject.parameters.layout().insert());
      assertArrayEquals(before, subject.learner.logits(batch()));
      assertFalse(Arrays.equals(subject.own, subject.ownNow()));
    }
  }

  @ParameterizedTest
  @MethodSource("inserts")
  void comesBackFromItsFolder(Insert insert, boolean parallel, int lanes) {
    try (Subject subject = new Subject(insert, parallel, lanes)) {
      subject.learner.insert(insert, subject.inserted);
      float[] before = subject.learner.logits(batch());
      ModelFolder.save(folder, subject.parameters, 0);
      boolean merged = insert instanceof Insert.LowRank;
      assertEquals(!merged, Files.exists(folder.resolve("insert.safetensors")));
      assertEquals(merged ? Insert.none() : insert, ModelFolder.insert(folder));
      if (!merged) {
        try (Parameters plain = new Parameters(subject.device, config(parallel))) {
          assertThrows(UserException.class, () -> ModelFolder.load(folder, plain));
        }
      }
      try (Parameters again = ModelFolder.open(subject.device, folder);
          Learner learner = new Learner(subject.device, again)) {
        assertArrayEquals(before, learner.logits(batch()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("inserts")
  void answersAndTeachersKnowOfIt(Insert insert, boolean parallel, int lanes) {
    List<Question> questions =
        IntStream.range(0, 9)
            .mapToObj(
                i ->
                    new Question(
                        i, "a", "p", "a", new int[] {i, 3, 1 + i % 4}, new int[] {i, 2 + i % 3}))
            .toList();
    Batch batch = palimpsest.data.QuestionBatches.of(questions);
    try (Subject subject = new Subject(insert, parallel, lanes)) {
      subject.learner.insert(insert, subject.inserted);
      List<Scored> scored = subject.learner.score(questions);
      double mean = scored.stream().mapToDouble(Scored::loss).average().orElseThrow();
      subject.learner.begin(SHOW_GRADIENT, FreezePlan.OWN);
      assertEquals(mean, subject.learner.step(batch).loss(), mean * 1e-5);
      IntStream.range(0, 9).forEach(i -> assertEquals(questions.get(i), scored.get(i).question()));
      try (Pupil.Teacher teacher = subject.learner.teacher()) {
        assertArrayEquals(subject.learner.logits(batch), teacher.logits(batch));
      }
    }
  }

  @Test
  void virtualTokensNeedAPrompt() {
    try (Subject subject = new Subject(new Insert.Prompt(2), true, 1)) {
      int[] virtual = {VOCABULARY, VOCABULARY + 1, 3};
      Batch batch = new Batch(1, 3, virtual, new int[] {-1, -1, 4});
      assertThrows(IllegalArgumentException.class, () -> subject.learner.logits(batch));
    }
  }

  private static int[] sample(Parameter parameter) {
    int size = Math.toIntExact(parameter.size());
    return size <= SAMPLES
        ? IntStream.range(0, size).toArray()
        : new Random(size).ints(0, size).distinct().limit(SAMPLES).toArray();
  }

  private static Batch batch() {
    Random random = new Random(23);
    int[] tokens = random.ints(BATCH * TIME, 0, VOCABULARY).toArray();
    int[] targets = random.ints(BATCH * TIME, 0, VOCABULARY).toArray();
    for (int n = 0; n < targets.length; n++) {
      targets[n] = random.nextInt(3) == 0 ? targets[n] : Batch.IGNORED;
    }
    return new Batch(BATCH, TIME, tokens, targets);
  }
}
