package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.UserException;
import tools.jackson.databind.json.JsonMapper;

class MetricsTest {
  /** Four tasks, the upper triangle filled; the expected values were worked out independently. */
  private static final String GOLDEN =
      """
      {"R": [[0.95, 0.20, 0.25, 0.10],
             [0.60, 0.90, 0.30, 0.15],
             [0.70, 0.50, 0.85, 0.20],
             [0.40, 0.65, 0.55, 0.80]],
       "baseline": [0.10, 0.12, 0.14, 0.16]}
      """;

  @TempDir Path folder;

  @Test
  void theGoldenMatrix() throws IOException {
    Map<String, Double> values = Metrics.of(read(GOLDEN));
    assertEquals(0.600, values.get("average_accuracy"), 1e-9);
    assertEquals(0.745833, values.get("average_incremental_accuracy"), 1e-6);
    assertEquals(0.690, values.get("diaz_rodriguez_accuracy"), 1e-9);
    assertEquals(-0.366667, values.get("backward_transfer"), 1e-6);
    assertEquals(-0.350, values.get("backward_transfer_all_steps"), 1e-9);
    assertEquals(0.366667, values.get("forgetting"), 1e-6);
    assertEquals(0.403222, values.get("relative_forgetting"), 1e-6);
    assertEquals(0.093333, values.get("forward_transfer"), 1e-6);
    assertEquals(0.875, values.get("learning_accuracy"), 1e-9);
    assertNull(values.get("intransigence"));
    assertNull(values.get("joint_gap"));
    assertEquals(Metrics.ALL.size(), values.size());
  }

  @Test
  void forgettingOnTheWay() throws IOException {
    AccuracyMatrix matrix = read(GOLDEN);
    assertEquals(0.35, Metrics.forgettingAfter(matrix, 1), 1e-9);
    assertEquals(0.325, Metrics.forgettingAfter(matrix, 2), 1e-9);
    assertTrue(Double.isNaN(Metrics.forgettingAfter(matrix, 0)));
  }

  @Test
  void forgettingTakesTheBestEarlierScoreAndNeverTheLastRow() {
    AccuracyMatrix matrix =
        AccuracyMatrix.of(
            List.of(List.of(0.5, 0.0, 0.0), List.of(0.7, 0.9, 0.0), List.of(0.8, 0.9, 1.0)),
            null,
            null,
            null);
    // (0.7 - 0.8 + 0.9 - 0.9) / 2: learned more in the end, so it is negative.
    assertEquals(-0.05, Metrics.of(matrix).get("forgetting"), 1e-12);
    assertEquals(0.15, Metrics.of(matrix).get("backward_transfer"), 1e-12);
    assertNull(Metrics.of(matrix).get("forward_transfer"), "without a baseline");
  }

  @Test
  void singleAndJointModels() throws IOException {
    Map<String, Double> values =
        Metrics.of(
            read(
                """
                {"R": [[0.9, 0.1], [0.3, 0.8]], "baseline": [0, 0], "single": [0.9, 0.95],
                 "joint": [0.85, 0.9]}
                """));
    assertEquals(0.1, values.get("intransigence"), 1e-12);
    assertEquals(0.075, values.get("intransigence_single"), 1e-12);
    assertEquals((0.55 + 0.1) / 2, values.get("joint_gap"), 1e-12);
  }

  @Test
  void oneTaskHasNothingToForget() {
    Map<String, Double> values =
        Metrics.of(AccuracyMatrix.of(List.of(List.of(0.7)), List.of(0.1), null, null));
    assertEquals(0.7, values.get("average_accuracy"), 0);
    assertEquals(0.7, values.get("diaz_rodriguez_accuracy"), 0);
    for (String name :
        List.of("forgetting", "backward_transfer", "forward_transfer", "relative_forgetting")) {
      assertTrue(values.containsKey(name));
      assertNull(values.get(name), name);
    }
  }

  @Test
  void aMissingCellLeavesOutOnlyWhatNeedsIt() {
    AccuracyMatrix matrix =
        AccuracyMatrix.of(
            List.of(Arrays.asList(0.9, null), List.of(0.3, 0.8)), List.of(0.0, 0.0), null, null);
    Map<String, Double> values = Metrics.of(matrix);
    assertNull(values.get("forward_transfer"));
    assertNotNull(values.get("forgetting"));
    assertNotNull(values.get("average_incremental_accuracy"));
  }

  @Test
  void jsonNamesEveryMetric() throws IOException {
    var json = new JsonMapper().readTree(MetricsFile.json(read(GOLDEN)));
    assertEquals(0.6, json.get("average_accuracy").doubleValue(), 1e-12);
    assertTrue(json.get("intransigence").isNull());
    assertTrue(MetricsFile.json(read(GOLDEN)).endsWith("}\n"));
  }

  @Test
  void theTableCarriesEachFormula() throws IOException {
    String table = Metrics.table(read(GOLDEN));
    assertTrue(table.contains("0.3667"), table);
    for (Metric<?> metric : Metrics.ALL) {
      assertTrue(table.contains(metric.formula()), metric.name());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"R\": [[0.9, 0.1], [0.3]]} ; R[1] has 1 scores",
        "{\"R\": [[0.9, 0.1]]} ; R[0] has 2 scores, but R has 1 rows",
        "{\"R\": []} ; R is empty",
        "{\"R\": [[95]]} ; R[0][0] is 95.0; a score is a share between 0 and 1",
        "{\"R\": [[-0.1]]} ; R[0][0]",
        "{\"R\": [[\"NaN\"]]} ; R[0][0] is",
        "{\"R\": [[NaN]]} ; line 1, column 1",
        "{\"R\": [[1e999]]} ; R[0][0]",
        "{\"R\": [0.9]} ; R[0] is not a list",
        "{\"R\": 0.9} ; R is not a list",
        "{\"R\": [[0.9]], \"baseline\": [0.1, 0.2]} ; baseline has 2 scores",
        "{\"R\": [[0.9]], \"joint\": 3} ; joint is not a list",
        "{\"r\": [[0.9]]} ; expected",
        "[[0.9]] ; expected",
        "`` ; expected",
      })
  void mistakesAreNamed(String json, String expected) throws IOException {
    Path file = folder.resolve("matrix.json");
    Files.writeString(file, json);
    String message = assertThrows(UserException.class, () -> MetricsFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void aMissingFileIsTheUsersMistake() {
    assertThrows(UserException.class, () -> MetricsFile.read(folder.resolve("none.json")));
  }

  private AccuracyMatrix read(String json) throws IOException {
    Path file = folder.resolve("matrix.json");
    Files.writeString(file, json);
    return MetricsFile.read(file);
  }
}
