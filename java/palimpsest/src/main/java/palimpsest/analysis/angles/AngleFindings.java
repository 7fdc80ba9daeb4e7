package palimpsest.analysis.angles;

import static palimpsest.analysis.Findings.measured;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Findings;
import palimpsest.analysis.weights.WeightMatrix;

/**
 * Principal angles between updates of every weight matrix, beside the Fisher information of each.
 *
 * @param dimensions d, of every matrix's left space
 * @param questions how many the Fisher information is averaged over
 * @param matrices every weight matrix, and each head's share of q, k and v
 * @param pairs of updates
 */
public record AngleFindings(
    int dimensions, int questions, List<MatrixFisher> matrices, List<Pair> pairs)
    implements Findings {

  /**
   * A matrix, and how much the answers to task 0 depend on it at the end of task 0.
   *
   * @param layer {@code null} for the embeddings
   * @param head {@code null} for a whole matrix
   * @param columns n, of d × n
   * @param fisher the mean of its share of the diagonal of the empirical Fisher information
   */
  public record MatrixFisher(
      String matrix, String kind, Integer layer, Integer head, int columns, double fisher) {}

  /**
   * Two updates.
   *
   * @param pair {@link UpdatePair#key}
   * @param matrices the angles of each, in the order of {@link AngleFindings#matrices}
   * @param correlations of the whole matrices' angles with their Fisher information
   */
  public record Pair(String pair, List<MatrixAngle> matrices, List<Correlation> correlations) {}

  /**
   * The angles of one matrix.
   *
   * @param formerRank r₁
   * @param latterRank r₂
   * @param mean of the θ_i, in degrees; {@code null} if one of the updates is zero, like the next
   *     three
   * @param floor arccos √(r₁/d): the mean for independent updates
   * @param floorError standard error of the mean for independent updates
   * @param degrees every θ_i, the strongest direction of the latter update first
   */
  public record MatrixAngle(
      String matrix,
      int formerRank,
      int latterRank,
      Double mean,
      Double floor,
      Double floorError,
      List<Double> degrees) {
    static MatrixAngle of(WeightMatrix matrix, PrincipalAngles angles) {
      boolean any = angles.degrees().length > 0;
      return new MatrixAngle(
          matrix.name(),
          angles.formerRank(),
          angles.latterRank(),
          measured(angles.mean()),
          any ? angles.floor() : null,
          any ? angles.floorError() : null,
          Arrays.stream(angles.degrees()).mapToObj(AngleFindings::rounded).toList());
    }

    /** How far the mean is above the floor; {@code null} without angles. */
    public Double excess() {
      return mean == null ? null : Double.valueOf(mean - floor);
    }
  }

  /** Single angles are kept to a thousandth of a degree: the figure needs no more. */
  private static double rounded(double degrees) {
    return Math.round(degrees * 1e3) / 1e3;
  }

  /**
   * Puts together.
   *
   * @param fisher of each matrix
   * @param angles of each matrix
   */
  public static AngleFindings of(
      List<WeightMatrix> matrices,
      double[] fisher,
      List<Map<UpdatePair, PrincipalAngles>> angles,
      int questions) {
    List<MatrixFisher> described = new ArrayList<>();
    for (int i = 0; i < fisher.length; i++) {
      described.add(describe(matrices.get(i), fisher[i]));
    }
    List<Pair> pairs = new ArrayList<>();
    for (UpdatePair pair : UpdatePair.values()) {
      List<MatrixAngle> found = new ArrayList<>();
      for (int i = 0; i < fisher.length; i++) {
        found.add(MatrixAngle.of(matrices.get(i), angles.get(i).get(pair)));
      }
      pairs.add(new Pair(pair.key(), found, Correlation.all(matrices, fisher, found)));
    }
    return new AngleFindings(matrices.getFirst().dimensions(), questions, described, pairs);
  }

  private static MatrixFisher describe(WeightMatrix matrix, double fisher) {
    return new MatrixFisher(
        matrix.name(),
        matrix.kind(),
        matrix.embedding() ? null : matrix.layer(),
        matrix.ofOneHead() ? matrix.head() : null,
        matrix.columns(),
        fisher);
  }

  /** What is found of a pair. */
  public Pair pair(UpdatePair wanted) {
    return pairs.stream()
        .filter(pair -> pair.pair().equals(wanted.key()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public List<DataTable> tables() {
    return List.of(angles(), directions(), correlations());
  }

  private DataTable angles() {
    List<List<Object>> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      for (int i = 0; i < matrices.size(); i++) {
        MatrixFisher matrix = matrices.get(i);
        MatrixAngle angle = pair.matrices().get(i);
        rows.add(
            DataTable.row(
                pair.pair(),
                matrix.matrix(),
                matrix.kind(),
                matrix.layer(),
                matrix.head(),
                dimensions,
                matrix.columns(),
                angle.formerRank(),
                angle.latterRank(),
                angle.mean(),
                angle.floor(),
                angle.floorError(),
                matrix.fisher()));
      }
    }
    return new DataTable(
        "matrices",
        List.of(
            "pair",
            "matrix",
            "kind",
            "layer",
            "head",
            "dimensions",
            "columns",
            "former_rank",
            "latter_rank",
            "mean_degrees",
            "floor_degrees",
            "floor_error_degrees",
            "mean_fisher"),
        rows);
  }

  private DataTable directions() {
    List<List<Object>> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      for (MatrixAngle angle : pair.matrices()) {
        for (int i = 0; i < angle.degrees().size(); i++) {
          rows.add(DataTable.row(pair.pair(), angle.matrix(), i + 1, angle.degrees().get(i)));
        }
      }
    }
    List<String> columns = List.of("pair", "matrix", "direction", "degrees");
    return new DataTable("directions", columns, rows);
  }

  private DataTable correlations() {
    List<List<Object>> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      for (Correlation one : pair.correlations()) {
        rows.add(
            DataTable.row(
                pair.pair(),
                one.of(),
                one.embeddings(),
                one.matrices(),
                one.pearson(),
                one.pearsonOfLog(),
                one.spearman()));
      }
    }
    List<String> columns =
        List.of("pair", "of", "embeddings", "matrices", "pearson", "pearson_of_log10", "spearman");
    return new DataTable("correlations", columns, rows);
  }
}
