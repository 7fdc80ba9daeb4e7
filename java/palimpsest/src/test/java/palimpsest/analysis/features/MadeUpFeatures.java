package palimpsest.analysis.features;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import palimpsest.analysis.Planted;
import palimpsest.analysis.weights.Stage;
import palimpsest.data.Question;

/** Findings about random hidden states, whose embedding was frozen in task 1. */
public final class MadeUpFeatures {
  private static final int DEPTHS = 3;
  private static final int QUESTIONS = 24;
  private static final int WIDTH = 8;

  private MadeUpFeatures() {}

  public static FeatureFindings findings() {
    RandomGenerator random = Planted.random("made-up features");
    List<Map<Stage, double[][][]>> states = new ArrayList<>();
    for (int task = 0; task < 2; task++) {
      Map<Stage, double[][][]> ofTask = new EnumMap<>(Stage.class);
      double[][] embedding = vectors(random);
      for (Stage stage : List.of(Stage.PRETRAINED, Stage.TASK0, Stage.A, Stage.B, Stage.END)) {
        double[][][] drawn = new double[DEPTHS][][];
        drawn[0] = embedding;
        for (int depth = 1; depth < DEPTHS; depth++) {
          drawn[depth] = vectors(random);
        }
        ofTask.put(stage, drawn);
      }
      states.add(ofTask);
    }
    List<Question> questions =
        IntStream.range(0, QUESTIONS)
            .mapToObj(
                i -> new Question(i / 2, i % 2 == 0 ? "major" : "birth_city", "", "", null, null))
            .toList();
    return FeatureFindings.of(states, List.of(questions, questions), 4);
  }

  private static double[][] vectors(RandomGenerator random) {
    return IntStream.range(0, QUESTIONS)
        .mapToObj(i -> Planted.gaussian(1, WIDTH, random).values())
        .toArray(double[][]::new);
  }
}
