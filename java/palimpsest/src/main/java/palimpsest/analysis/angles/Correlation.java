package palimpsest.analysis.angles;

import static palimpsest.analysis.Findings.measured;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import palimpsest.analysis.angles.AngleFindings.MatrixAngle;
import palimpsest.analysis.weights.WeightMatrix;
import palimpsest.base.Statistics;

/**
 * How a quantity of the weight matrices goes with their mean Fisher information. Matrices whose
 * updates are zero are left out.
 *
 * @param of {@link #ANGLE}, the mean angle, or {@link #EXCESS}, how far it is above the floor
 * @param embeddings whether embedding and output matrix are among them
 * @param matrices how many are compared
 * @param pearson {@code null} where it is not defined, like the others
 * @param pearsonOfLog with the logarithm of the Fisher information, which spans decades
 */
public record Correlation(
    String of,
    boolean embeddings,
    int matrices,
    Double pearson,
    Double pearsonOfLog,
    Double spearman) {
  public static final String ANGLE = "angle";
  public static final String EXCESS = "excess";

  /** Of both quantities, with and without the embeddings; heads are parts and do not count. */
  static List<Correlation> all(
      List<WeightMatrix> matrices, double[] fisher, List<MatrixAngle> angles) {
    List<Correlation> all = new ArrayList<>();
    for (boolean embeddings : new boolean[] {true, false}) {
      List<Integer> compared = new ArrayList<>();
      for (int i = 0; i < fisher.length; i++) {
        WeightMatrix matrix = matrices.get(i);
        if (!matrix.ofOneHead()
            && (embeddings || !matrix.embedding())
            && angles.get(i).mean() != null) {
          compared.add(i);
        }
      }
      all.add(of(ANGLE, embeddings, compared, i -> angles.get(i).mean(), fisher));
      all.add(of(EXCESS, embeddings, compared, i -> angles.get(i).excess(), fisher));
    }
    return all;
  }

  private static Correlation of(
      String what,
      boolean embeddings,
      List<Integer> compared,
      Function<Integer, Double> quantity,
      double[] fisher) {
    double[] x = compared.stream().mapToDouble(quantity::apply).toArray();
    double[] y = compared.stream().mapToDouble(i -> fisher[i]).toArray();
    double[] logarithms = compared.stream().mapToDouble(i -> Math.log10(fisher[i])).toArray();
    return new Correlation(
        what,
        embeddings,
        x.length,
        measured(Statistics.pearson(x, y)),
        measured(Statistics.pearson(x, logarithms)),
        measured(Statistics.spearman(x, y)));
  }
}
