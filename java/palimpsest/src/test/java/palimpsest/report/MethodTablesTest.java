package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Score;
import palimpsest.report.Results.TradeOff;

/** What a page says of methods that noted something about themselves, or merge weights. */
class MethodTablesTest {
  private static final String EWC = "ewc:strength=30";

  @Test
  void saysEverySettingAndEveryNote() {
    String page = page(with(EWC, Map.of("fisher_questions", 150.0, "valid.task1", 0.5), List.of()));
    assertTrue(page.contains("strength 30.0, fisher empirical, questions 0, gamma 1.0"));
    assertTrue(page.contains("per question"));
    assertTrue(page.contains("fisher questions"));
    assertTrue(page.contains("valid, task 1"));
    assertFalse(page.contains("id=\"merging\""));
  }

  @Test
  void aMethodThatMergesIsDrawnForEachStep() {
    List<TradeOff> looks =
        List.of(look(10, 0.4, 0.7, 0.5), look(10, 0.0, 0.3, 0.8), look(20, 0.0, 0.2, 0.99));
    Overview overview = new Overview(with("task-vector:0.2", Map.of(), looks));
    Section section = MergingSection.of(overview).orElseThrow();
    assertEquals(
        "task-vector:0.2, seed 1: tasks 0 and 1 are known best together, 70.0\u202f% and 50.0\u202f%,"
            + " with α = 0.4 from step 10.",
        section.headline());
    Plot plot = section.plots().getFirst();
    assertEquals(
        List.of("step 10", "step 20"), plot.lines().stream().map(Plot.Line::name).toList());
    assertEquals(
        List.of(0.8, 0.5), plot.lines().getFirst().points().stream().map(Plot.Point::x).toList());
    assertEquals(
        List.of(0.3, 0.7), plot.lines().getFirst().points().stream().map(Plot.Point::y).toList());
    assertTrue(page(overview.results()).contains("id=\"merging\""));
  }

  @Test
  void aMethodOfAnotherVersionIsShownWithoutSettings() {
    assertTrue(page(with("from-the-future:7", Map.of(), List.of())).contains("from-the-future:7"));
  }

  private static TradeOff look(int step, double alpha, double old, double fresh) {
    return new TradeOff(1, step, alpha, List.of(score(0, "dev", old), score(1, "train", fresh)));
  }

  private static Score score(int task, String split, double exact) {
    return new Score(task, split, exact, exact, 1.0);
  }

  private static String page(Results results) {
    return ReportPage.html(results, null, Path.of("runs", "made-up"));
  }

  /** Made-up results in which one method more was run. */
  private static Results with(String name, Map<String, Double> notes, List<TradeOff> looks) {
    Results tiny = MadeUpResults.tiny();
    List<Run> runs = new ArrayList<>();
    for (Run run : tiny.runs()) {
      Method seq = run.methods().get("seq");
      var methods = new LinkedHashMap<>(run.methods());
      methods.put(
          name,
          new Method(
              seq.before(),
              seq.curve(),
              seq.matched(),
              seq.finalScores(),
              seq.stopped(),
              seq.recovery(),
              seq.matrix(),
              seq.metrics(),
              seq.cost(),
              notes,
              looks,
              List.of()));
      runs.add(new Run(run.seed(), run.pretrain(), run.floor(), methods));
    }
    return Results.of(
        tiny.version(), tiny.preset(), tiny.device(), tiny.model(), tiny.tasks(), runs);
  }
}
