package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import palimpsest.analysis.Findings;
import palimpsest.analysis.angles.AngleFindings;
import palimpsest.analysis.angles.MatrixAngles;
import palimpsest.analysis.angles.PrincipalAngles;
import palimpsest.analysis.angles.UpdatePair;
import palimpsest.analysis.weights.MeanFisher;
import palimpsest.analysis.weights.Stage;
import palimpsest.analysis.weights.WeightMatrix;
import palimpsest.data.Question;
import palimpsest.lab.Checkpoint;

/** Angles between the updates of every weight matrix, beside its Fisher information. */
final class AnglesAnalysis implements Analysis {
  /** So many questions of task 0 are enough for the mean over a matrix. */
  private static final int FISHER_QUESTIONS = 1500;

  /** The share of the work that decompositions take, about. */
  private static final double DECOMPOSING = 0.5;

  @Override
  public String name() {
    return "angles";
  }

  @Override
  public String about() {
    return "angles between weight updates, their ranks, and the Fisher information";
  }

  @Override
  public List<Checkpoint> needs(AnalysisContext context) {
    return Arrays.stream(Stage.values()).map(stage -> Stages.checkpoint(stage, context)).toList();
  }

  @Override
  public Findings run(AnalysisContext context) {
    List<WeightMatrix> matrices = WeightMatrix.of(context.layout());
    var weights = new EnumMap<Stage, float[]>(Stage.class);
    for (Stage stage : Stage.values()) {
      weights.put(stage, context.weights(Stages.checkpoint(stage, context)));
    }
    List<Map<UpdatePair, PrincipalAngles>> angles = angles(context, matrices, weights);
    List<Question> trained = context.stream().tasks().getFirst().train();
    List<Question> questions = trained.subList(0, Math.min(FISHER_QUESTIONS, trained.size()));
    context.set(weights.get(Stage.TASK0));
    double[] fisher = fisher(context, matrices, questions);
    context.advanced(1);
    return AngleFindings.of(matrices, fisher, angles, questions.size());
  }

  private static List<Map<UpdatePair, PrincipalAngles>> angles(
      AnalysisContext context, List<WeightMatrix> matrices, Map<Stage, float[]> weights) {
    var angles = new ArrayList<Map<UpdatePair, PrincipalAngles>>();
    matrices.forEach(_ -> angles.add(null));
    int lanes = context.device().lanes();
    context
        .device()
        .onEachLane(
            (lane, ops) -> {
              for (int i = lane; i < matrices.size(); i += lanes) {
                angles.set(i, MatrixAngles.of(matrices.get(i), weights));
                if (lane == 0) {
                  context.advanced(DECOMPOSING * i / matrices.size());
                }
              }
            });
    return angles;
  }

  private static double[] fisher(
      AnalysisContext context, List<WeightMatrix> matrices, List<Question> questions) {
    return MeanFisher.of(
        context.device(),
        context.model(),
        questions,
        matrices,
        question ->
            context.advanced(DECOMPOSING + (1 - DECOMPOSING) * question / questions.size()));
  }
}
