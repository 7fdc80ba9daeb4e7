package palimpsest.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import palimpsest.io.AtomicFiles;
import palimpsest.report.Results.Accuracy;
import palimpsest.report.Results.Cost;
import palimpsest.report.Results.CurvePoint;
import palimpsest.report.Results.DetailedScore;
import palimpsest.report.Results.Floor;
import palimpsest.report.Results.Matched;
import palimpsest.report.Results.Matrix;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.Pretrain;
import palimpsest.report.Results.Recovery;
import palimpsest.report.Results.RecoveryPoint;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Score;
import palimpsest.report.Results.TradeOff;

/**
 * All numbers of a run as tidy CSV, one value a row: {@code palimpsest export}. What does not apply
 * to a row is an empty field; what was not measured has no row. The n-th repeat of a method is the
 * method {@code name#n}, counted from 2.
 *
 * <p>Phases: {@code pretrain}, {@code floor}, {@code before}, {@code task1} (the curve), {@code
 * matched:0.99}, {@code final}, {@code recovery:early|last|control}, {@code recovery}, {@code
 * matrix} (R[training][task]), {@code metrics}, {@code cost}, {@code notes}, {@code alpha:0.2}
 * (what merging by that share would have given).
 */
public final class Export {
  private static final List<String> HEADER =
      List.of(
          "run",
          "seed",
          "method",
          "phase",
          "training",
          "step",
          "task",
          "split",
          "attribute",
          "metric",
          "value");

  private final Csv csv = new Csv(HEADER);
  private final String run;

  private Export(String run) {
    this.run = run;
  }

  /** The CSV of a run folder; a {@code UserException} where it is none. */
  public static String csv(Path runFolder) {
    var export = new Export(RunFolder.name(runFolder));
    Results results = RunFolder.results(runFolder);
    return Misfit.in(
        runFolder.resolve(Results.FILE),
        () -> {
          results.runs().forEach(export::seed);
          return export.csv.text();
        });
  }

  public static void write(Path runFolder, Path file) {
    AtomicFiles.write(file, csv(runFolder));
  }

  /** Where a value belongs; a component is {@code null} where it does not apply. */
  private record Place(
      long seed,
      String method,
      String phase,
      Integer training,
      Integer step,
      Integer task,
      String split,
      String attribute) {
    static Place of(long seed, String method, String phase) {
      return new Place(seed, method, phase, null, null, null, null, null);
    }

    Place at(Integer newTraining, Integer newStep) {
      return new Place(seed, method, phase, newTraining, newStep, task, split, attribute);
    }

    Place on(Integer newTask, String newSplit) {
      return new Place(seed, method, phase, training, step, newTask, newSplit, attribute);
    }

    Place about(String newAttribute) {
      return new Place(seed, method, phase, training, step, task, split, newAttribute);
    }
  }

  private void value(Place place, String metric, Number value) {
    if (value != null) {
      csv.row(
          run,
          place.seed(),
          place.method(),
          place.phase(),
          place.training(),
          place.step(),
          place.task(),
          place.split(),
          place.attribute(),
          metric,
          value);
    }
  }

  private void seed(Run seed) {
    pretrain(Place.of(seed.seed(), null, "pretrain"), seed.pretrain());
    for (Floor floor : seed.floor()) {
      Place place = Place.of(seed.seed(), null, "floor").on(floor.task(), null);
      accuracy(place, "", new Accuracy(floor.exactMatch(), floor.firstToken()));
      attributes(place, floor.attributes());
    }
    seed.methods()
        .forEach(
            (name, method) -> {
              method(seed.seed(), name, method);
              for (int i = 0; i < method.repeats().size(); i++) {
                method(seed.seed(), name + "#" + (i + 2), method.repeats().get(i));
              }
            });
  }

  private void pretrain(Place place, Pretrain pretrain) {
    if (pretrain != null) {
      value(place, "steps", pretrain.steps());
      value(place, "tokens", pretrain.tokens());
      value(place, "seconds", pretrain.seconds());
      value(place, "tokens_per_second", pretrain.tokensPerSecond());
      value(place, "loss", pretrain.loss());
      accuracy(place, "bio_recall_", pretrain.bioRecall());
    }
  }

  private void method(long seed, String name, Method method) {
    detailed(Place.of(seed, name, "before").at(1, 0), method.before());
    for (CurvePoint point : method.curve()) {
      Place place =
          Place.of(seed, name, "task" + point.training()).at(point.training(), point.step());
      accuracy(place, "bio_recall_", point.bioRecall());
      scores(place, point.scores());
    }
    method
        .matched()
        .forEach((threshold, matched) -> matched(seed, name, "matched:" + threshold, matched));
    detailed(Place.of(seed, name, "final"), method.finalScores());
    recovery(seed, name, method.recovery());
    matrix(seed, name, method.matrix());
    Place metrics = Place.of(seed, name, "metrics");
    method.metrics().forEach((metric, value) -> value(metrics, metric, value));
    cost(Place.of(seed, name, "cost"), method.cost());
    Place notes = Place.of(seed, name, "notes");
    method.notes().forEach((note, value) -> value(notes, note, value));
    tradeOff(seed, name, method.tradeOff());
  }

  private void matched(long seed, String name, String phase, Matched matched) {
    if (matched != null) {
      scores(Place.of(seed, name, phase).at(null, matched.step()), matched.scores());
    }
  }

  private void recovery(long seed, String name, Recovery recovery) {
    if (recovery == null) {
      return;
    }
    if (recovery.early() != null) {
      recoveryCurve(Place.of(seed, name, "recovery:early"), recovery.early().curve());
    }
    if (recovery.last() != null) {
      recoveryCurve(Place.of(seed, name, "recovery:last"), recovery.last().curve());
    }
    if (recovery.control() != null) {
      recoveryCurve(Place.of(seed, name, "recovery:control"), recovery.control().curve());
    }
    Place place = Place.of(seed, name, "recovery");
    if (recovery.stepsTo90() != null) {
      value(place, "steps_to_90_early", recovery.stepsTo90().early());
      value(place, "steps_to_90_last", recovery.stepsTo90().last());
      value(place, "steps_to_90_control", recovery.stepsTo90().control());
    }
    if (recovery.savings() != null) {
      value(place, "savings_early", recovery.savings().early());
      value(place, "savings_last", recovery.savings().last());
    }
    value(place, "knowledge_kept", recovery.knowledgeKept());
  }

  private void recoveryCurve(Place place, List<RecoveryPoint> curve) {
    for (RecoveryPoint point : curve) {
      accuracy(
          place.at(0, point.step()).on(0, "test"),
          "",
          new Accuracy(point.exactMatch(), point.firstToken()));
    }
  }

  private void matrix(long seed, String name, Matrix matrix) {
    if (matrix == null) {
      return;
    }
    Place place = Place.of(seed, name, "matrix");
    for (int i = 0; i < matrix.r().size(); i++) {
      for (int j = 0; j < matrix.r().get(i).size(); j++) {
        value(place.at(i, null).on(j, null), "R", matrix.r().get(i).get(j));
      }
    }
    vector(place, "baseline", matrix.baseline());
    vector(place, "single", matrix.single());
    vector(place, "joint", matrix.joint());
  }

  private void vector(Place place, String metric, List<Double> scores) {
    for (int j = 0; scores != null && j < scores.size(); j++) {
      value(place.on(j, null), metric, scores.get(j));
    }
  }

  private void cost(Place place, Cost cost) {
    if (cost != null) {
      value(place, "seconds", cost.seconds());
      value(place, "steps", cost.steps());
      value(place, "trainable_parameters", cost.trainableParameters());
      value(place, "extra_bytes", cost.extraBytes());
      value(place, "added_parameters", cost.addedParameters());
    }
  }

  private void tradeOff(long seed, String name, List<TradeOff> looks) {
    for (TradeOff look : looks) {
      Place place = Place.of(seed, name, "alpha:" + look.alpha()).at(look.training(), look.step());
      scores(place, look.scores());
    }
  }

  private void scores(Place place, List<Score> scores) {
    for (Score score : scores) {
      Place scored = place.on(score.task(), score.split());
      accuracy(scored, "", new Accuracy(score.exactMatch(), score.firstToken()));
      value(scored, "loss", score.loss());
    }
  }

  private void detailed(Place place, List<DetailedScore> scores) {
    for (DetailedScore score : scores) {
      Place scored = place.on(score.task(), score.split());
      accuracy(scored, "", new Accuracy(score.exactMatch(), score.firstToken()));
      value(scored, "loss", score.loss());
      attributes(scored, score.attributes());
    }
  }

  private void attributes(Place place, Map<String, Accuracy> attributes) {
    attributes.forEach((attribute, accuracy) -> accuracy(place.about(attribute), "", accuracy));
  }

  private void accuracy(Place place, String prefix, Accuracy accuracy) {
    if (accuracy != null) {
      value(place, prefix + "exact_match", accuracy.exactMatch());
      value(place, prefix + "first_token", accuracy.firstToken());
    }
  }
}
