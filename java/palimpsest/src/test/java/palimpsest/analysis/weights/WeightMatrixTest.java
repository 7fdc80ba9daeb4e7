package palimpsest.analysis.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import palimpsest.base.Matrix;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.ReferenceModel;

class WeightMatrixTest {
  private static final int C = 6;
  private static final int HEADS = 2;
  private static final int D = C / HEADS;
  private static final ParameterLayout LAYOUT = layout(false);
  private static final List<WeightMatrix> MATRICES = WeightMatrix.of(LAYOUT);
  private static final float[] BUFFER = ReferenceModel.randomWeights(LAYOUT, 3);

  private static ParameterLayout layout(boolean tied) {
    return new ParameterLayout(
        new ModelConfig(2, C, HEADS, 10, 11, 8, 0.5, 10000, true, tied, 1e-5));
  }

  @Test
  void areAllMatricesOfTheModelAndEachHeads() {
    assertEquals(2 + 2 * (3 + 3 * HEADS + 3), MATRICES.size());
    assertEquals(MATRICES.size(), MATRICES.stream().map(WeightMatrix::name).distinct().count());
    assertEquals(
        MATRICES.size() - 1, WeightMatrix.of(layout(true)).size(), "a tied head is the embedding");
    long elements =
        MATRICES.stream()
            .filter(m -> !m.ofOneHead())
            .mapToLong(m -> m.of(BUFFER).values().length)
            .sum();
    long weights =
        LAYOUT.parameters().stream().filter(Parameter::matrix).mapToLong(Parameter::size).sum();
    assertEquals(weights, elements);
    assertEquals(
        List.of("embed_in", "embed_out"),
        MATRICES.stream().filter(WeightMatrix::embedding).map(WeightMatrix::name).toList());
  }

  /** The left space is that of the residual stream, or of the heads: C for all. */
  @Test
  void haveLeftSpacesOfOneSize() {
    for (WeightMatrix matrix : MATRICES) {
      assertEquals(C, matrix.dimensions(), matrix.name());
      assertEquals(C, matrix.of(BUFFER).rows(), matrix.name());
    }
    assertEquals(11, find("embed_in").of(BUFFER).columns());
    assertEquals(10, find("layers.1.mlp.dense_4h_to_h").of(BUFFER).columns());
    assertEquals(10, find("layers.1.mlp.dense_h_to_4h").of(BUFFER).columns());
    assertEquals(D, find("layers.1.attention.value.1").of(BUFFER).columns());
  }

  /** Rows 3D h + D b + i of the tensor are row i of head h's q (b = 0), k (1), v (2). */
  @Test
  void queriesKeysAndValuesAreTakenPerHead() {
    double[] tensor = tensor("gpt_neox.layers.1.attention.query_key_value.weight");
    List<String> branches = List.of("query", "key", "value");
    for (int b = 0; b < 3; b++) {
      Matrix all = find("layers.1.attention." + branches.get(b)).of(BUFFER);
      for (int h = 0; h < HEADS; h++) {
        Matrix own = find("layers.1.attention." + branches.get(b) + "." + h).of(BUFFER);
        for (int i = 0; i < D; i++) {
          for (int j = 0; j < C; j++) {
            double expected = tensor[(3 * D * h + D * b + i) * C + j];
            assertEquals(expected, all.at(h * D + i, j));
            assertEquals(expected, own.at(j, i));
          }
        }
      }
    }
  }

  @Test
  void theOthersAreTheirTensorsOrTransposes() {
    double[] narrow = tensor("gpt_neox.layers.0.mlp.dense_4h_to_h.weight");
    assertEquals(narrow[2 * 10 + 7], find("layers.0.mlp.dense_4h_to_h").of(BUFFER).at(2, 7));
    double[] widen = tensor("gpt_neox.layers.0.mlp.dense_h_to_4h.weight");
    assertEquals(widen[7 * C + 2], find("layers.0.mlp.dense_h_to_4h").of(BUFFER).at(2, 7));
    double[] dense = tensor("gpt_neox.layers.0.attention.dense.weight");
    assertEquals(dense[4 * C + 2], find("layers.0.attention.dense").of(BUFFER).at(4, 2));
    double[] embedding = tensor("gpt_neox.embed_in.weight");
    assertEquals(embedding[9 * C + 2], find("embed_in").of(BUFFER).at(2, 9));
  }

  @Test
  void meanSquares() {
    for (WeightMatrix matrix : MATRICES) {
      double sum = 0;
      double[] values = matrix.of(BUFFER).values();
      for (double value : values) {
        sum += value * value;
      }
      assertEquals(sum / values.length, matrix.meanSquare(BUFFER), 1e-12, matrix.name());
    }
  }

  @Test
  void namesAreByKindLayerAndHead() {
    WeightMatrix matrix = find("layers.1.attention.key.1");
    assertEquals("attention.key", matrix.kind());
    assertEquals(1, matrix.layer());
    assertEquals(1, matrix.head());
    assertTrue(matrix.ofOneHead());
    assertFalse(matrix.embedding());
    assertEquals(
        "embed_in, attention.query, attention.key, attention.value, attention.dense,"
            + " mlp.dense_h_to_4h, mlp.dense_4h_to_h, embed_out",
        MATRICES.stream().map(WeightMatrix::kind).distinct().collect(Collectors.joining(", ")));
  }

  private static WeightMatrix find(String name) {
    return MATRICES.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  private static double[] tensor(String name) {
    return ReferenceModel.slice(LAYOUT.get(name), BUFFER);
  }
}
