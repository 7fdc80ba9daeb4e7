package palimpsest.analysis.angles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.angles.AngleFindings.MatrixAngle;
import palimpsest.analysis.weights.Stage;
import palimpsest.analysis.weights.WeightMatrix;

class AngleFindingsTest {
  private static final AngleFindings FINDINGS = MadeUpAngles.findings();
  private static final int WHOLE = 2 + 2 * 6;

  /** Each pair is of the stages that the specification names. */
  @Test
  void pairsAreOfTheirStages() {
    Map<Stage, float[]> weights = MadeUpAngles.weights();
    for (WeightMatrix matrix : MadeUpAngles.MATRICES) {
      Map<UpdatePair, PrincipalAngles> angles = MatrixAngles.of(matrix, weights);
      var pretraining = step(matrix, weights, Stage.EARLY_PRETRAINING, Stage.PRETRAINED);
      var late = step(matrix, weights, Stage.LATE_PRETRAINING, Stage.PRETRAINED);
      var task0 = step(matrix, weights, Stage.PRETRAINED, Stage.TASK0);
      var task1 = step(matrix, weights, Stage.TASK0, Stage.END);
      var first = step(matrix, weights, Stage.A, Stage.B);
      var later = step(matrix, weights, Stage.B, Stage.END);
      assertPair(pretraining, late, angles.get(UpdatePair.PRETRAINING_PRETRAINING));
      assertPair(late, task0, angles.get(UpdatePair.PRETRAINING_TASK0));
      assertPair(late, task1, angles.get(UpdatePair.PRETRAINING_TASK1));
      assertPair(task0, task1, angles.get(UpdatePair.TASK0_TASK1));
      assertPair(task0, first, angles.get(UpdatePair.TASK0_FIRST_STEPS));
      assertPair(first, task1, angles.get(UpdatePair.FIRST_STEPS_TASK1));
      assertPair(first, later, angles.get(UpdatePair.FIRST_STEPS_LATER_STEPS));
    }
  }

  private static WeightUpdate step(
      WeightMatrix matrix, Map<Stage, float[]> weights, Stage from, Stage to) {
    return WeightUpdate.between(matrix.of(weights.get(from)), matrix.of(weights.get(to)));
  }

  private static void assertPair(WeightUpdate former, WeightUpdate latter, PrincipalAngles found) {
    PrincipalAngles expected = PrincipalAngles.between(former, latter);
    assertArrayEquals(expected.degrees(), found.degrees(), 1e-9);
    assertEquals(expected.formerRank(), found.formerRank());
    assertEquals(expected.latterRank(), found.latterRank());
  }

  @Test
  void aFrozenMatrixHasNoAngleAndDoesNotCount() {
    AngleFindings.Pair pair = FINDINGS.pair(UpdatePair.FIRST_STEPS_LATER_STEPS);
    MatrixAngle frozen =
        pair.matrices().stream()
            .filter(angle -> angle.matrix().equals(MadeUpAngles.FROZEN))
            .findFirst()
            .orElseThrow();
    assertEquals(0, frozen.formerRank());
    assertNull(frozen.mean());
    assertNull(frozen.floor());
    assertNull(frozen.excess());
    assertEquals(List.of(), frozen.degrees());
    assertEquals(WHOLE - 1, correlation(pair, Correlation.ANGLE, true).matrices());
    assertEquals(WHOLE - 3, correlation(pair, Correlation.ANGLE, false).matrices());
  }

  /** Fisher information is the exponential of this pair's angle: the same order, a line in logs. */
  @Test
  void correlationsAreThosePlanted() {
    AngleFindings.Pair pair = FINDINGS.pair(UpdatePair.TASK0_TASK1);
    for (boolean embeddings : new boolean[] {true, false}) {
      Correlation angle = correlation(pair, Correlation.ANGLE, embeddings);
      assertEquals(embeddings ? WHOLE : WHOLE - 2, angle.matrices());
      assertEquals(1, angle.spearman(), 1e-9);
      assertEquals(1, angle.pearsonOfLog(), 1e-9);
      assertTrue(angle.pearson() > 0.2 && angle.pearson() < 0.999, "pearson " + angle.pearson());
      Correlation excess = correlation(pair, Correlation.EXCESS, embeddings);
      assertTrue(excess.spearman() < 0.999, "the floors differ");
    }
  }

  private static Correlation correlation(AngleFindings.Pair pair, String of, boolean embeddings) {
    return pair.correlations().stream()
        .filter(one -> one.of().equals(of) && one.embeddings() == embeddings)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyFigureHasItsTable() {
    for (DataTable table : FINDINGS.tables()) {
      assertTrue(table.rows().size() > 0, table.name());
      table.rows().forEach(row -> assertEquals(table.columns().size(), row.size(), table.name()));
    }
    DataTable matrices = FINDINGS.tables().getFirst();
    assertEquals(7 * MadeUpAngles.MATRICES.size(), matrices.rows().size());
    assertEquals(12, FINDINGS.dimensions());
    assertEquals(42, FINDINGS.questions());
  }
}
