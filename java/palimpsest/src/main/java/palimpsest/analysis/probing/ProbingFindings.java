package palimpsest.analysis.probing;

import static palimpsest.analysis.DataTable.row;

import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Findings;

/**
 * What can be read off the hidden states after each phase.
 *
 * @param layers L
 * @param settings whose answers are probed for, and how they are asked
 */
public record ProbingFindings(int layers, List<Setting> settings) implements Findings {

  /** What has become readable by less than this is noise. */
  private static final double READABLE = 0.05;

  /**
   * One way of asking some people.
   *
   * @param name {@code question}, {@code biography} or {@code new_people}
   * @param trainPeople the probes learn from
   * @param testPeople they are judged by
   * @param floor share of test questions right for who always gives an attribute's most frequent
   *     answer
   * @param phases in the order of the model's life, random weights first
   */
  public record Setting(
      String name, int trainPeople, int testPeople, double floor, List<Phase> phases) {}

  /**
   * One place in the model's life.
   *
   * @param phase such as {@code pretrained}
   * @param step of task 1, 0 for its beginning; {@code null} before
   * @param observed the share of the test questions whose first token the model itself gets right
   * @param states what probes read off each hidden state, 0 to L
   * @param last of the last hidden state
   * @param relativeForgetting share of what was readable off the last hidden state after task 0,
   *     and not yet off random weights, that no longer is: {@code (P_0 − P) / (P_0 − P_random)};
   *     {@code null} before task 0's end, or where nothing had become readable
   */
  public record Phase(
      String phase,
      Integer step,
      double observed,
      List<ProbedState> states,
      Reading last,
      Double relativeForgetting) {}

  /**
   * A linear probe's accuracy and what to hold it against.
   *
   * @param linear share of test questions right
   * @param selectivity less what it reads with shuffled labels
   * @param aboveRandom less what it reads off random weights
   * @param aboveObserved less what the model itself answers: knowledge that is there but not said
   */
  public record Reading(
      double linear, double selectivity, double aboveRandom, double aboveObserved) {}

  /** One phase before it is held against the others. */
  public record Probed(String phase, Integer step, double observed, List<ProbedState> states) {
    double linear() {
      return states.getLast().linear();
    }
  }

  /**
   * Holds the phases of one setting against each other.
   *
   * @param phases random weights first
   */
  public static Setting setting(
      String name, int trainPeople, int testPeople, double floor, List<Probed> phases) {
    double random = phases.getFirst().linear();
    Double learnt =
        phases.stream()
            .filter(phase -> phase.step() != null && phase.step() == 0)
            .map(Probed::linear)
            .findFirst()
            .orElse(null);
    List<Phase> compared = new ArrayList<>();
    for (Probed phase : phases) {
      ProbedState last = phase.states().getLast();
      boolean later = phase.step() != null && learnt != null && learnt > random + READABLE;
      compared.add(
          new Phase(
              phase.phase(),
              phase.step(),
              phase.observed(),
              phase.states(),
              new Reading(
                  last.linear(),
                  last.selectivity(),
                  last.linear() - random,
                  last.linear() - phase.observed()),
              later ? (learnt - last.linear()) / (learnt - random) : null));
    }
    return new Setting(name, trainPeople, testPeople, floor, compared);
  }

  @Override
  public List<DataTable> tables() {
    return List.of(phaseTable(), stateTable());
  }

  private DataTable phaseTable() {
    List<List<Object>> rows = new ArrayList<>();
    for (Setting setting : settings) {
      for (Phase phase : setting.phases()) {
        rows.add(
            row(
                setting.name(),
                phase.phase(),
                phase.step(),
                phase.observed(),
                phase.last().linear(),
                phase.last().selectivity(),
                phase.last().aboveRandom(),
                phase.last().aboveObserved(),
                phase.relativeForgetting(),
                setting.floor()));
      }
    }
    return new DataTable(
        "phases",
        List.of(
            "setting",
            "phase",
            "step",
            "observed",
            "linear",
            "selectivity",
            "above_random",
            "above_observed",
            "relative_forgetting",
            "floor"),
        rows);
  }

  private DataTable stateTable() {
    List<List<Object>> rows = new ArrayList<>();
    for (Setting setting : settings) {
      for (Phase phase : setting.phases()) {
        for (ProbedState state : phase.states()) {
          rows.add(
              row(
                  setting.name(),
                  phase.phase(),
                  phase.step(),
                  state.hiddenState(),
                  state.linear(),
                  state.linearShuffled(),
                  state.prototype(),
                  state.prototypeShuffled()));
        }
      }
    }
    return new DataTable(
        "states",
        List.of(
            "setting",
            "phase",
            "step",
            "hidden_state",
            "linear",
            "linear_shuffled",
            "prototype",
            "prototype_shuffled"),
        rows);
  }
}
