package palimpsest.analysis.inference;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;
import palimpsest.data.Passage;

/** Findings about features drawn at random: members' are lower everywhere once they are known. */
public final class MadeUpInference {
  private static final int PEOPLE = 40;
  private static final int FEATURES = PersonFeatures.names().size();

  private MadeUpInference() {}

  public static InferenceFindings findings() {
    RandomGenerator random = Planted.random("made-up inference");
    List<InferenceFindings.Phase> phases = new ArrayList<>();
    phases.add(phase("random weights", null, 0, random));
    phases.add(phase("pretrained", null, 8, random));
    phases.add(phase("after task 0", 0, 7, random));
    phases.add(phase("step 80", 80, 5, random));
    phases.add(phase("after task 1", 1300, 3, random));
    return new InferenceFindings(
        PEOPLE,
        PersonFeatures.names(),
        phases,
        InferenceFindings.Control.of(people(PEOPLE, 0, random), people(PEOPLE, 0, random), 1));
  }

  private static InferenceFindings.Phase phase(
      String name, Integer step, double known, RandomGenerator random) {
    return InferenceFindings.phase(
        name, step, people(PEOPLE, known, random), people(2 * PEOPLE, 0, random), 1);
  }

  private static PersonFeatures people(int count, double known, RandomGenerator random) {
    Matrix features = Planted.gaussian(count, FEATURES, random);
    for (int i = 0; i < count; i++) {
      features.values()[i * FEATURES] += 10 - known;
    }
    Map<Passage.Role, double[]> byRole = new EnumMap<>(Passage.Role.class);
    for (Passage.Role role : Passage.Role.values()) {
      byRole.put(role, features.column(0));
    }
    return new PersonFeatures(features, byRole);
  }
}
