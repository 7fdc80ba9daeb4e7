package palimpsest.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import palimpsest.continual.StrategyRegistry;

/** What would have kept weights that are not there. */
final class KeepingAdvice {
  private final RunFolder run;
  private final Config config;
  private final String method;
  private final int lastStep;
  private final List<String> settings = new ArrayList<>();
  private final List<String> sentences = new ArrayList<>();

  /**
   * @param method whose task 1 it is about
   * @param lastStep of that task 1
   */
  KeepingAdvice(RunFolder run, Config config, String method, int lastStep) {
    this.run = run;
    this.config = config;
    this.method = method;
    this.lastStep = lastStep;
  }

  /**
   * In a line.
   *
   * @param kept steps of task 1 that are there
   */
  String about(List<Checkpoint> missing, List<Integer> kept) {
    List<Integer> along = new ArrayList<>();
    List<Integer> pretraining = new ArrayList<>();
    boolean dropped = false;
    for (Checkpoint checkpoint : missing) {
      switch (checkpoint) {
        case Checkpoint.Task1(int step) when step > lastStep || isOnTheWay(step) -> along.add(step);
        case Checkpoint.Pretraining(int step) when !Pretraining.kept(config).contains(step) ->
            pretraining.add(step);
        default -> dropped = true;
      }
    }
    adviseAlong(along, kept);
    advisePretraining(pretraining);
    if (!settings.isEmpty()) {
      sentences.add(
          "palimpsest run --resume %s %s keeps more"
              .formatted(run.root(), String.join(" ", settings)));
    }
    if (dropped) {
      sentences.add("a run without --keep N keeps the weights of all its phases");
    }
    return String.join("; ", sentences);
  }

  /** Whether a step is kept only where the configuration asks for it, and it did not. */
  private boolean isOnTheWay(int step) {
    boolean anyway = step == 0 || step == lastStep || step == config.recovery().earlyStep();
    return !anyway && !(keepsMethod() && config.checkpoints().task1Steps().contains(step));
  }

  private void adviseAlong(List<Integer> steps, List<Integer> kept) {
    if (steps.isEmpty()) {
      return;
    }
    sentences.add("task 1 took %d steps, of which there are %s".formatted(lastStep, kept));
    steps.removeIf(step -> step > lastStep);
    Config.Checkpoints wished = config.checkpoints();
    if (!steps.isEmpty() && !keepsMethod()) {
      set("methods", wished.methods(), List.of(method));
    }
    if (!wished.task1Steps().containsAll(steps)) {
      set("task1_steps", wished.task1Steps(), steps);
    }
  }

  private void advisePretraining(List<Integer> steps) {
    double all = config.pretrain().steps();
    if (!steps.isEmpty()) {
      set(
          "pretrain_shares",
          config.checkpoints().pretrainShares(),
          steps.stream().map(step -> step / all).toList());
    }
  }

  private boolean keepsMethod() {
    return config.checkpoints().methods().stream()
        .anyMatch(written -> StrategyRegistry.parse(written).name().equals(method));
  }

  /** A list of the configuration with more in it, in order. */
  private <T extends Comparable<T>> void set(String key, List<T> items, List<T> more) {
    var all = new TreeSet<>(items);
    all.addAll(more);
    settings.add(
        "--set checkpoints.%s=%s"
            .formatted(key, all.stream().map(Object::toString).collect(Collectors.joining(","))));
  }
}
