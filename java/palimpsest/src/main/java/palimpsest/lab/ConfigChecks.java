package palimpsest.lab;

import java.util.HashSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import palimpsest.base.UserException;
import palimpsest.continual.Method;
import palimpsest.continual.StrategyRegistry;
import palimpsest.io.yaml.Bound;
import palimpsest.ops.cpu.BlasChoice;

/** What must hold between several keys of a configuration, each of which is right on its own. */
final class ConfigChecks {
  /** Java arrays, and so a copy of all weights, hold no more. */
  private static final long MOST_WEIGHTS = Integer.MAX_VALUE - 8L;

  private static final Pattern DATA_KEY = Pattern.compile("data\\.[a-z_.]*[a-z_]");

  private final Bound<Config> bound;
  private final Config config;

  ConfigChecks(Bound<Config> bound) {
    this.bound = bound;
    this.config = bound.value();
  }

  void check() {
    checkLists();
    checkData();
    checkModel();
    checkMethods("methods", config.methods());
    checkPhases();
    checkEvaluation();
    checkCheckpoints();
  }

  private void checkLists() {
    refuseRepeats("seeds", config.seeds());
    refuseRepeats("methods", config.methods());
    require(
        config.blas().core().matches("[A-Za-z0-9_]+"),
        "a core has a name such as SkylakeX, or is %s for OpenBLAS to choose"
            .formatted(BlasChoice.ANY),
        "blas.core");
  }

  private void checkMethods(String key, List<String> methods) {
    var names = new HashSet<String>();
    for (String written : methods) {
      try {
        Method method = StrategyRegistry.parse(written);
        method.check(config.setting());
        require(names.add(method.name()), method.name() + " is listed twice", key);
      } catch (UserException e) {
        UserException placed = bound.problem(key, e.getMessage());
        placed.initCause(e);
        throw placed;
      }
    }
  }

  private void refuseRepeats(String key, List<?> items) {
    var seen = new HashSet<Object>();
    for (Object item : items) {
      require(seen.add(item), item + " is listed twice", key);
    }
  }

  private void checkData() {
    Config.Data data = config.data();
    checkTasks();
    locate(data::population);
    locate(data::biographies);
    require(
        data.devPeople() >= 1 && data.testPeople() >= 1,
        "of %d people %d are held out: too few for a dev and a test split"
            .formatted(data.people(), data.heldOutPeople()),
        "data.people",
        "data.dev_share");
  }

  private void checkTasks() {
    Config.Data data = config.data();
    require(
        data.sizes().isEmpty() || data.sizes().size() == data.tasks() - 1,
        "there are %d sizes for the %d tasks after task 0"
            .formatted(data.sizes().size(), data.tasks() - 1),
        "data.sizes",
        "data.tasks");
    for (int size : data.sizes()) {
      require(
          size <= data.newPeople(),
          "a task of %d people, but new_people is %d".formatted(size, data.newPeople()),
          "data.sizes",
          "data.new_people");
    }
    for (int task : data.order()) {
      require(
          task < data.tasks(),
          "there is no task %d; the tasks are 0 to %d".formatted(task, data.tasks() - 1),
          "data.order",
          "data.tasks");
    }
    refuseRepeats("data.order", data.order());
    require(
        data.order().isEmpty() || data.order().getFirst() == 0,
        "task 0 has to be the first: what it asks about is what pretraining taught",
        "data.order");
    require(data.order().size() != 1, "task 0 alone leaves nothing to forget it by", "data.order");
    require(
        data.taughtPeople() <= data.trainPeople(),
        "%d people are to be taught, but the first half are %d"
            .formatted(data.taughtPeople(), data.trainPeople()),
        "data.taught_people",
        "data.people");
  }

  /** Gives a refusal that names keys of the section data the place where they were said. */
  private void locate(Runnable making) {
    try {
      making.run();
    } catch (UserException e) {
      List<String> named =
          DATA_KEY
              .matcher(e.getMessage())
              .results()
              .map(MatchResult::group)
              .filter(bound.places()::containsKey)
              .toList();
      if (named.isEmpty()) {
        throw e;
      }
      UserException placed = bound.places().get(blamed(named)).problem(e.getMessage());
      placed.initCause(e);
      throw placed;
    }
  }

  private void checkModel() {
    Config.Model model = config.model();
    require(
        model.width() % model.heads() == 0,
        "a width of %d is not divisible by %d heads; %d would be"
            .formatted(
                model.width(), model.heads(), (model.width() / model.heads() + 1) * model.heads()),
        "model.width",
        "model.heads");
    int headSize = model.width() / model.heads();
    int rotated = (int) (headSize * model.rotaryShare());
    require(
        rotated >= 2 && rotated % 2 == 0,
        "%s of a head of %d dimensions is %d, and an even number of them must be rotated"
            .formatted(model.rotaryShare(), headSize, rotated),
        "model.rotary_share",
        "model.heads",
        "model.width");
    long hidden = model.mlpWidth() == 0 ? 4L * model.width() : model.mlpWidth();
    double weights = model.layers() * (double) model.width() * (4.0 * model.width() + 2.0 * hidden);
    require(
        weights <= MOST_WEIGHTS,
        "the model would have %.2g weights; %.2g are the most"
            .formatted(weights, (double) MOST_WEIGHTS),
        "model.width",
        "model.layers",
        "model.mlp_width");
    require(
        config.pretrain().length() <= model.positions(),
        "a length of %d is more than the model's %d positions"
            .formatted(config.pretrain().length(), model.positions()),
        "pretrain.length",
        "model.positions");
  }

  private void checkPhases() {
    checkWarmup("pretrain", config.pretrain().rates(), config.pretrain().steps(), "steps");
    checkWarmup("task0", config.task0().rates(), config.task0().steps(), "steps");
    checkWarmup("task1", config.task1().rates(), config.task1().maxSteps(), "max_steps");
    checkWarmup("recovery", config.recovery().rates(), config.recovery().steps(), "steps");
    long positions = (long) config.pretrain().batch() * config.pretrain().length();
    require(
        positions <= Integer.MAX_VALUE,
        "a batch of %d x %d tokens is too large"
            .formatted(config.pretrain().batch(), config.pretrain().length()),
        "pretrain.batch",
        "pretrain.length");
    Config.Recovery recovery = config.recovery();
    List<Integer> points = recovery.points();
    requireIncreasing("recovery.points", points);
    require(
        points.getLast() <= recovery.steps(),
        "the point %d lies beyond the last step, %d".formatted(points.getLast(), recovery.steps()),
        "recovery.points",
        "recovery.steps");
    require(
        recovery.earlyStep() <= config.task1().maxSteps(),
        "the early step %d lies beyond task 1, which takes %d steps at most"
            .formatted(recovery.earlyStep(), config.task1().maxSteps()),
        "recovery.early_step",
        "task1.max_steps");
  }

  private <T extends Comparable<T>> void requireIncreasing(String key, List<T> items) {
    for (int i = 1; i < items.size(); i++) {
      require(
          items.get(i - 1).compareTo(items.get(i)) < 0,
          "%s after %s: they must increase".formatted(items.get(i), items.get(i - 1)),
          key);
    }
  }

  private void checkWarmup(String phase, Config.Rates rates, int steps, String stepsKey) {
    require(
        rates.warmup() < steps,
        "a warm-up of %d steps does not fit into %d".formatted(rates.warmup(), steps),
        phase + ".warmup",
        phase + "." + stepsKey);
  }

  private void checkEvaluation() {
    Config.Evaluation evaluation = config.evaluation();
    Config.Data data = config.data();
    checkAsked(evaluation.devPeople(), "dev_people", data.devPeople(), "people in dev", "people");
    checkAsked(
        evaluation.testPeople(), "test_people", data.testPeople(), "people in test", "people");
    checkAsked(evaluation.newPeople(), "new_people", data.newPeople(), "new people", "new_people");
    checkAsked(
        evaluation.bioRecallPeople(),
        "bio_recall_people",
        data.devPeople(),
        "people in dev",
        "people");
  }

  private void checkCheckpoints() {
    Config.Checkpoints checkpoints = config.checkpoints();
    requireIncreasing("checkpoints.pretrain_shares", checkpoints.pretrainShares());
    requireIncreasing("checkpoints.task1_steps", checkpoints.task1Steps());
    checkMethods("checkpoints.methods", checkpoints.methods());
  }

  private void checkAsked(int asked, String key, int there, String who, String dataKey) {
    require(
        asked <= there,
        "%d are to be asked, but there are %d %s".formatted(asked, there, who),
        "evaluation." + key,
        "data." + dataKey);
  }

  /**
   * Refuses what does not hold, in the place of the first of the keys that the user said: not in a
   * preset, where nothing is wrong.
   */
  private void require(boolean holds, String otherwise, String... keys) {
    if (holds) {
      return;
    }
    throw bound.problem(blamed(List.of(keys)), otherwise);
  }

  private String blamed(List<String> keys) {
    return keys.stream()
        .filter(key -> !Presets.said(bound.places().get(key)))
        .findFirst()
        .orElse(keys.getFirst());
  }
}
