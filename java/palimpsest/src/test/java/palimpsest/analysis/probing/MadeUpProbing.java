package palimpsest.analysis.probing;

import java.util.ArrayList;
import java.util.List;

/** Findings about a model that forgets how questions are answered, and less of what it knows. */
public final class MadeUpProbing {
  private static final int LAYERS = 3;
  private static final String[] PHASES = {
    "random weights", "pretrained", "after task 0", "step 10", "step 80", "after task 1"
  };
  private static final Integer[] STEPS = {null, null, 0, 10, 80, 1300};

  private MadeUpProbing() {}

  public static ProbingFindings findings() {
    return new ProbingFindings(
        LAYERS,
        List.of(
            setting("question", 0.05, 0.06, 0.8, 0.7, 0.2, 0.1),
            setting("biography", 0.05, 0.7, 0.68, 0.66, 0.55, 0.4),
            setting("new_people", 0.05, 0.05, 0.05, 0.05, 0.06, 0.6)));
  }

  private static ProbingFindings.Setting setting(String name, double... linear) {
    List<ProbingFindings.Probed> phases = new ArrayList<>();
    for (int i = 0; i < PHASES.length; i++) {
      List<ProbedState> states = new ArrayList<>();
      for (int depth = 0; depth <= LAYERS; depth++) {
        double share = linear[i] * (depth + 1) / (LAYERS + 1);
        states.add(new ProbedState(depth, share, 0.05, share * 0.9, 0.04));
      }
      double observed = i == 0 ? 0 : Math.min(1, 1.2 * linear[i]);
      phases.add(new ProbingFindings.Probed(PHASES[i], STEPS[i], observed, states));
    }
    return ProbingFindings.setting(name, 250, 200, 0.07, phases);
  }
}
