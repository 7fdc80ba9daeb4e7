package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.StopRequest;
import palimpsest.report.Results;

/** Experiments on a model that takes no time, in a folder of their own. */
abstract class FakeExperiment {
  static final int PRETRAIN = 30;
  static final int TASK0 = 10;
  static final int RECOVERY = 12;

  @TempDir(factory = MemoryFolder.class)
  Path place;

  final FakeModel.Apparatus apparatus = new FakeModel.Apparatus();

  final StopRequest stop = new StopRequest();

  final List<String> notes = new ArrayList<>();

  final List<Progress.Phase> phases = new ArrayList<>();

  final Progress progress =
      new Progress() {
        @Override
        public void started(Phase phase) {
          phases.add(phase);
        }

        @Override
        public void note(String line) {
          notes.add(line);
        }
      };

  Optional<Path> cache;

  OptionalInt keep = OptionalInt.empty();

  NonFinite nonFinite = NonFinite.STOP;

  int laterTasks = 1;

  @BeforeEach
  void cacheInThePlace() {
    cache = Optional.of(place.resolve("cache"));
  }

  Results run(String name, Config config) {
    return experiment(RunFolder.create(place.resolve(name), config), config, stop).run(_ -> {});
  }

  Results resume(String name, Config config) {
    return experiment(RunFolder.resume(place.resolve(name)), config, stop).run(_ -> {});
  }

  Experiment experiment(RunFolder folder, Config config, StopRequest stop) {
    return new Experiment(
        config,
        new Experiment.Options(cache, keep, nonFinite),
        folder,
        apparatus,
        _ -> new FakeStream(laterTasks),
        progress,
        stop);
  }

  static Config config(String methods, String seeds, String... more) {
    List<ConfigOverride> overrides = new ArrayList<>();
    for (String one :
        List.of(
            "methods=[" + methods + "]",
            "seeds=[" + seeds + "]",
            "model.layers=4",
            "pretrain.steps=" + PRETRAIN,
            "task0.steps=" + TASK0,
            "task0.batch=8",
            "task1.batch=8",
            "task1.max_steps=100",
            "task1.check_every=5",
            "task1.curve_every=10",
            "task1.dense_every=2",
            "task1.dense_until=8",
            "recovery.steps=" + RECOVERY,
            "recovery.points=[0,2,4,6,12]",
            "recovery.early_step=6")) {
      overrides.add(ConfigOverride.parse(one));
    }
    for (String one : more) {
      overrides.add(ConfigOverride.parse(one));
    }
    return ConfigFile.load("micro", overrides);
  }

  static double score(List<Results.DetailedScore> scores, int task, String split) {
    return scores.stream()
        .filter(score -> score.task() == task && score.split().equals(split))
        .findFirst()
        .orElseThrow()
        .exactMatch();
  }

  /** Everything but how long it took. */
  static String timeless(Results results) {
    return results.runs().toString().replaceAll("(seconds|tokensPerSecond)=[^,\\]]*", "$1");
  }
}
