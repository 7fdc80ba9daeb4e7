package palimpsest.analysis.angles;

import java.util.EnumMap;
import java.util.Map;
import palimpsest.analysis.weights.Stage;
import palimpsest.analysis.weights.WeightMatrix;
import palimpsest.base.Matrix;

/** The principal angles of one weight matrix, for every pair of updates. */
public final class MatrixAngles {
  private MatrixAngles() {}

  /**
   * @param weights flat buffers of the matrix's layout, for every stage
   */
  public static Map<UpdatePair, PrincipalAngles> of(
      WeightMatrix matrix, Map<Stage, float[]> weights) {
    var stages = new EnumMap<Stage, Matrix>(Stage.class);
    weights.forEach((stage, buffer) -> stages.put(stage, matrix.of(buffer)));
    var updates = new EnumMap<Update, WeightUpdate>(Update.class);
    for (Update update : Update.values()) {
      updates.put(update, WeightUpdate.between(stages.get(update.from()), stages.get(update.to())));
    }
    var angles = new EnumMap<UpdatePair, PrincipalAngles>(UpdatePair.class);
    for (UpdatePair pair : UpdatePair.values()) {
      angles.put(
          pair, PrincipalAngles.between(updates.get(pair.former()), updates.get(pair.latter())));
    }
    return angles;
  }
}
