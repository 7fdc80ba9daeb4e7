package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
  @TempDir Path folder;

  @Test
  void oneValueARow() throws IOException {
    List<CSVRecord> records = export(MadeUpResults.tiny());
    Results.Run run = MadeUpResults.tiny().runs().get(1);
    Results.Method seq = run.methods().get("seq");
    assertValue(
        seq.curve().get(3).scores().getFirst().exactMatch(),
        records,
        Map.of(
            "seed",
            "2",
            "method",
            "seq",
            "phase",
            "task1",
            "training",
            "1",
            "step",
            "60",
            "task",
            "0",
            "split",
            "dev",
            "attribute",
            "",
            "metric",
            "exact_match"));
    assertValue(
        seq.matched().get("0.99").scores().getFirst().exactMatch(),
        records,
        Map.of(
            "seed",
            "2",
            "method",
            "seq",
            "phase",
            "matched:0.99",
            "task",
            "0",
            "split",
            "test",
            "metric",
            "exact_match"));
    assertValue(
        seq.finalScores().getFirst().attributes().get("major").firstToken(),
        records,
        Map.of(
            "seed",
            "2",
            "method",
            "seq",
            "phase",
            "final",
            "task",
            "0",
            "split",
            "test",
            "attribute",
            "major",
            "metric",
            "first_token"));
    assertValue(
        seq.recovery().control().curve().getLast().exactMatch(),
        records,
        Map.of(
            "seed",
            "2",
            "method",
            "seq",
            "phase",
            "recovery:control",
            "step",
            "150",
            "metric",
            "exact_match"));
    assertValue(
        run.pretrain().bioRecall().exactMatch(),
        records,
        Map.of("seed", "2", "method", "", "phase", "pretrain", "metric", "bio_recall_exact_match"));
    assertValue(
        seq.matrix().r().get(1).getFirst(),
        records,
        Map.of(
            "seed",
            "2",
            "method",
            "seq",
            "phase",
            "matrix",
            "training",
            "1",
            "task",
            "0",
            "metric",
            "R"));
    for (CSVRecord record : records) {
      assertEquals("run", record.get("run"));
      assertTrue(Double.isFinite(Double.parseDouble(record.get("value"))));
    }
  }

  @Test
  void theHeaderIsTheContract() throws IOException {
    Path run = folder(MadeUpResults.minimal());
    assertEquals(
        "run,seed,method,phase,training,step,task,split,attribute,metric,value",
        Export.csv(run).lines().findFirst().orElseThrow());
  }

  @Test
  void whatWasNotMeasuredHasNoRow() throws IOException {
    List<CSVRecord> records = export(MadeUpResults.minimal());
    assertTrue(records.stream().noneMatch(record -> record.get("value").isEmpty()));
    assertTrue(records.stream().noneMatch(record -> record.get("phase").startsWith("matched")));
  }

  @Test
  void repeatsAreMethodsOfTheirOwn() throws IOException {
    Results tiny = MadeUpResults.tiny();
    Results.Run first = tiny.runs().getFirst();
    Results.Method seq = first.methods().get("seq");
    var repeated =
        new Results.Method(
            null, null, seq.matched(), null, null, null, null, null, null, List.of(seq));
    var run = new Results.Run(1, null, null, Map.of("seq", repeated));
    List<CSVRecord> records =
        export(Results.of("v", "p", tiny.device(), tiny.model(), tiny.tasks(), List.of(run)));
    assertTrue(records.stream().anyMatch(record -> record.get("method").equals("seq#2")));
    assertEquals(
        List.of("seq", "seq#2"),
        records.stream().map(record -> record.get("method")).distinct().toList());
  }

  private static void assertValue(
      double expected, List<CSVRecord> records, Map<String, String> where) {
    List<CSVRecord> found =
        records.stream()
            .filter(
                record ->
                    where.entrySet().stream()
                        .allMatch(entry -> record.get(entry.getKey()).equals(entry.getValue())))
            .toList();
    assertEquals(1, found.size(), where.toString());
    assertEquals(expected, Double.parseDouble(found.getFirst().get("value")), where.toString());
  }

  private List<CSVRecord> export(Results results) throws IOException {
    Path file = folder.resolve("out.csv");
    Export.write(folder(results), file);
    return ComparisonTest.records(file);
  }

  private Path folder(Results results) throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    results.write(run.resolve("results.json"));
    return run;
  }
}
