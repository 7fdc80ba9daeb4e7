package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.report.SweepTable.Row;

class SweepTableTest {
  private static final List<Row> ROWS =
      List.of(
          row(1, "seq", "seq", 1e-4, 2, .20, .50),
          row(2, "seq", "seq", 2e-4, 2, .30, .10),
          row(3, "seq", "seq", 4e-4, 1, .90, .90),
          row(4, "freeze:1|freeze:2", "freeze:1", 1e-4, 0, null, null),
          row(5, "freeze:1|freeze:2", "freeze:2", 1e-4, 0, null, null));

  @TempDir Path folder;

  @Test
  void choosesOnDevAmongThoseThatLearnTheLastTaskOnMostSeeds() {
    SweepTable table = new SweepTable(ROWS);
    assertEquals(2, table.chosen().get("seq").trial(), "neither by test nor by a single seed");
    assertNull(table.chosen().get("freeze:1|freeze:2"));
  }

  @Test
  void tellsEveryTrialAndTheChosenOnes() throws Exception {
    String text = new SweepTable(ROWS).text();
    assertTrue(
        text.lines().anyMatch(line -> line.matches(" *2 +seq +yes +2.0E-4 +2 of 2 .*")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("seq +seq +.*30.0 % +10.0 %")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("freeze:1\\S+ +not reached.*")), text);
    Path file = folder.resolve("sweep.csv");
    new SweepTable(ROWS).writeCsv(file);
    List<String> lines = Files.readAllLines(file);
    assertEquals(6, lines.size());
    assertEquals("2,seq,seq,2.0E-4,2,2,0.3,0.1,300.0,0.99,true", lines.get(2));
    assertEquals("5,freeze:1|freeze:2,freeze:2,1.0E-4,2,0,,,300.0,0.99,false", lines.get(5));
  }

  @Test
  void readsDevWhereTheLastTaskIsFirstKnown() {
    Results results = MadeUpResults.tiny();
    Row row = SweepTable.row(1, "seq", "seq", 1e-4, results);
    assertEquals(5, row.reached());
    double sum = 0;
    for (Results.Run run : results.runs()) {
      Results.Method seq = run.methods().get("seq");
      int step = seq.matched().get("0.99").step();
      sum +=
          seq.curve().stream()
              .filter(point -> point.step() == step)
              .findFirst()
              .orElseThrow()
              .scores()
              .getFirst()
              .exactMatch();
    }
    assertEquals(sum / 5, row.dev(), 1e-12);
  }

  private static Row row(
      int trial, String family, String method, double rate, int reached, Double dev, Double test) {
    return new Row(trial, family, method, rate, 2, reached, dev, test, 300.0, .99);
  }
}
