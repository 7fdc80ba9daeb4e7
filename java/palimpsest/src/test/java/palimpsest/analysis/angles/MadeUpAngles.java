package palimpsest.analysis.angles;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import palimpsest.analysis.weights.Stage;
import palimpsest.analysis.weights.WeightMatrix;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.ReferenceModel;

/** Findings about a small model whose weights are drawn anew at every stage. */
public final class MadeUpAngles {
  /** Not changed between a and b. */
  static final String FROZEN = "layers.1.attention.dense";

  static final ParameterLayout LAYOUT =
      new ParameterLayout(new ModelConfig(2, 12, 2, 20, 15, 8, 0.5, 10000, true, false, 1e-5));

  static final List<WeightMatrix> MATRICES = WeightMatrix.of(LAYOUT);

  private MadeUpAngles() {}

  static Map<Stage, float[]> weights() {
    var weights = new EnumMap<Stage, float[]>(Stage.class);
    for (Stage stage : Stage.values()) {
      weights.put(stage, ReferenceModel.randomWeights(LAYOUT, stage.ordinal()));
    }
    Parameter frozen = LAYOUT.get("gpt_neox." + FROZEN + ".weight");
    System.arraycopy(
        weights.get(Stage.A),
        (int) frozen.offset(),
        weights.get(Stage.B),
        (int) frozen.offset(),
        (int) frozen.size());
    return weights;
  }

  /** With Fisher information that grows with the angle between task 0 and task 1. */
  public static AngleFindings findings() {
    Map<Stage, float[]> weights = weights();
    List<Map<UpdatePair, PrincipalAngles>> angles = new ArrayList<>();
    double[] fisher = new double[MATRICES.size()];
    for (int i = 0; i < fisher.length; i++) {
      angles.add(MatrixAngles.of(MATRICES.get(i), weights));
      fisher[i] = Math.exp(angles.get(i).get(UpdatePair.TASK0_TASK1).mean() / 3);
    }
    return AngleFindings.of(MATRICES, fisher, angles, 42);
  }
}
