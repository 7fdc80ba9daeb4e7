package palimpsest.lab;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import palimpsest.base.UserException;
import palimpsest.io.yaml.About;
import palimpsest.io.yaml.Above;
import palimpsest.io.yaml.AtLeast;
import palimpsest.io.yaml.AtMost;
import palimpsest.io.yaml.Bound;
import palimpsest.io.yaml.MaybeEmpty;
import palimpsest.io.yaml.RecordReader;
import palimpsest.io.yaml.RecordWriter;
import palimpsest.io.yaml.YamlReader;

/**
 * What {@code palimpsest sweep} is told: a grid over methods, their strengths and rates, in which
 * every method has the same number of trials. A method with fewer strengths has more rates.
 */
public record SweepPlan(
    @About("a preset or a file: what every trial runs") String preset,
    @About("what is different from it, as with run --set") @MaybeEmpty List<String> set,
    @About("seeds of every trial") @AtLeast(0) List<Long> seeds,
    @About("trials of each method, seq included") @AtLeast(1) @AtMost(10_000) int trials,
    @About("task1.learning_rate from here, in equal ratios") @Above(0) @AtMost(1) double lowestRate,
    @About("to here") @Above(0) @AtMost(1) double highestRate,
    @About("methods, each with its strengths: freeze:1|freeze:2") List<String> methods) {

  private static final String DEFAULTS =
      """
      preset: tiny
      set: []
      seeds: [1]
      """;

  private static final List<String> HEADING = List.of("A sweep: palimpsest sweep runs it.");

  /**
   * One point of the grid.
   *
   * @param number from 1, in the order they are run
   * @param family the method with all its strengths, as the plan has it
   * @param method the method with one of them
   * @param rate of task 1
   */
  public record Trial(int number, String family, String method, double rate) {
    /** Its folder's name: {@code 03-replay_0.2-rate-1.0E-4}. */
    String folder() {
      return "%02d-%s-rate-%s".formatted(number, method.replaceAll("[^A-Za-z0-9.,=+-]", "_"), rate);
    }
  }

  /** Reads and checks a file; a mistake is a {@code UserException} that names the key. */
  public static SweepPlan read(Path file) {
    Bound<SweepPlan> bound =
        RecordReader.read(
            SweepPlan.class,
            YamlReader.readMapping("the defaults", DEFAULTS).overlaidBy(YamlReader.readFile(file)));
    SweepPlan plan = bound.value();
    if (plan.lowestRate > plan.highestRate) {
      throw bound.problem(
          "lowest_rate",
          "%s is above highest_rate, %s".formatted(plan.lowestRate, plan.highestRate));
    }
    for (String family : plan.methods) {
      int strengths = strengths(family).size();
      if (plan.trials % strengths != 0) {
        throw bound.problem(
            "trials",
            "%d cannot be split evenly over the %d strengths of %s; %d can"
                .formatted(
                    plan.trials, strengths, family, (plan.trials / strengths + 1) * strengths));
      }
    }
    return plan;
  }

  String text() {
    return RecordWriter.write(this, HEADING);
  }

  /** The whole grid. */
  public List<Trial> grid() {
    var grid = new ArrayList<Trial>();
    for (String family : methods) {
      List<String> strengths = strengths(family);
      for (String method : strengths) {
        for (double rate : rates(trials / strengths.size())) {
          grid.add(new Trial(grid.size() + 1, family, method, rate));
        }
      }
    }
    return grid;
  }

  /**
   * What a trial runs.
   *
   * @throws UserException for what no run could be made of
   */
  Config config(Trial trial) {
    List<ConfigOverride> overrides = new ArrayList<>();
    set.forEach(assignment -> overrides.add(ConfigOverride.parse(assignment)));
    String seedList = String.join(",", seeds.stream().map(String::valueOf).toList());
    overrides.add(new ConfigOverride("seeds", "seeds", seedList));
    String said = "trial " + trial.number();
    overrides.add(new ConfigOverride(said, "methods", trial.method()));
    String rate = new BigDecimal(String.valueOf(trial.rate())).toPlainString();
    overrides.add(new ConfigOverride(said, "task1.learning_rate", rate));
    for (String kept : List.of("pretrain_shares", "methods", "task1_steps")) {
      overrides.add(new ConfigOverride(said, "checkpoints." + kept, "[]"));
    }
    return ConfigFile.load(preset, overrides);
  }

  private static List<String> strengths(String family) {
    return List.of(family.split("\\|", -1)).stream().map(String::strip).toList();
  }

  /** In equal ratios from the lowest to the highest, to three digits; one alone is the middle. */
  private double[] rates(int count) {
    double[] rates = new double[count];
    for (int i = 0; i < count; i++) {
      double part = count == 1 ? .5 : i / (count - 1.0);
      double rate = lowestRate * Math.pow(highestRate / lowestRate, part);
      rates[i] = new BigDecimal(rate).round(new MathContext(3)).doubleValue();
    }
    return rates;
  }
}
