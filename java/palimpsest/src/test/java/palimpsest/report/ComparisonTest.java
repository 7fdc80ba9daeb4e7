package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;

class ComparisonTest {
  @TempDir Path folder;

  @Test
  void methodsAndRunsSideBySide() throws IOException {
    String text = comparison().text();
    List<String> rows = text.lines().filter(line -> line.startsWith("one ")).toList();
    assertEquals(3, rows.size(), "one table\n" + text);
    assertTrue(
        rows.get(0).matches("one +seq +5 +98\\.\\d ± .*– +– +\\d+ ± \\d+ .* s"), rows.get(0));
    assertTrue(
        rows.get(1).matches("one +freeze:2 +5 .*\\+\\d\\d\\.\\d ± .* < 0\\.0001 .*"), rows.get(1));
    assertEquals(rows.get(0).length(), rows.get(1).length(), "aligned");
    assertTrue(text.lines().anyMatch(line -> line.matches("two +seq .*not reached.*")), text);
    assertFalse(text.contains("null"), text);
  }

  @Test
  void runsOfTheSameNameAreToldApart() throws IOException {
    Path first = run("a/run", MadeUpResults.tiny());
    Path second = run("b/run", MadeUpResults.minimal());
    String text = Comparison.of(List.of(first, second)).text();
    assertTrue(text.lines().anyMatch(line -> line.startsWith("run ")), text);
    assertTrue(text.lines().anyMatch(line -> line.startsWith(second.toString())), text);
  }

  @Test
  void csvHoldsEveryQuantity() throws IOException {
    Path file = folder.resolve("out.csv");
    comparison().writeCsv(file);
    List<CSVRecord> records = records(file);
    assertEquals(4 * (Quantity.values().length + MethodMetrics.all().size()), records.size());
    CSVRecord gain =
        records.stream()
            .filter(
                record ->
                    record.get("method").equals("freeze:2")
                        && record.get("quantity").equals("task0_matched"))
            .findFirst()
            .orElseThrow();
    assertEquals("one", gain.get("run"));
    assertEquals("5", gain.get("n"));
    Results.Statistic expected =
        MadeUpResults.tiny().summary().get("freeze:2").get("task0_matched");
    assertEquals(expected.mean(), Double.valueOf(gain.get("mean")));
    assertEquals(expected.differenceToSeq(), Double.valueOf(gain.get("difference_to_seq")));
    assertEquals(expected.p(), Double.valueOf(gain.get("p")));
  }

  @Test
  void markdownPutsTheControlBesideEveryRecovery() throws IOException {
    String markdown = comparison().markdown();
    List<String> recovered =
        markdown.lines().filter(line -> line.startsWith("| Recovered from")).toList();
    assertEquals(4, recovered.size());
    assertTrue(recovered.get(0).matches("\\| .* / control( \\| .* / 97\\.\\d ± .* %){3} \\|"));
    assertTrue(markdown.contains("`tiny`, 5 seeds"));
    assertTrue(markdown.contains("`micro`, 1 seed:"));
    String gain =
        markdown.lines().filter(line -> line.startsWith("| Gain")).findFirst().orElseThrow();
    assertTrue(
        gain.matches(".*\\| \\+\\d\\d\\.\\d ± .* \\(\\+.* to \\+.*; p < 0\\.0001\\) \\|.*"), gain);
    for (String line : markdown.lines().filter(line -> !line.isEmpty()).toList()) {
      assertTrue(line.startsWith("| ") && line.endsWith(" |"), line);
    }
  }

  @Test
  void markdownHasARowAMethodWhereTheyAreMany() throws IOException {
    String markdown = Comparison.of(List.of(run("many", MadeUpResults.crowded()))).markdown();
    List<String> lines = markdown.lines().toList();
    assertTrue(lines.getFirst().startsWith("| `crowded`, 12 seeds"), markdown);
    List<String> methods = lines.stream().skip(2).map(line -> line.split("`", 3)[1]).toList();
    assertEquals("seq", methods.getFirst());
    assertTrue(methods.size() > 5, markdown);
    int cells = lines.getFirst().split("\\|").length;
    lines.forEach(line -> assertEquals(cells, line.split("\\|").length, line));
  }

  @Test
  void whatIsNoRunIsNamed() {
    Path none = folder.resolve("none");
    String message =
        assertThrows(UserException.class, () -> Comparison.of(List.of(none))).getMessage();
    assertTrue(message.startsWith(none.toString()), message);
  }

  static List<CSVRecord> records(Path file) throws IOException {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser = format.parse(Files.newBufferedReader(file))) {
      return parser.getRecords();
    }
  }

  private Comparison comparison() throws IOException {
    return Comparison.of(
        List.of(run("one", MadeUpResults.tiny()), run("two", MadeUpResults.minimal())));
  }

  private Path run(String name, Results results) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    results.write(run.resolve("results.json"));
    return run;
  }
}
