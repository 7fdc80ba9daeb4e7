package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.UserException;

class SweepPlanTest {
  private static final String PLAN =
      """
      preset: micro
      set: [task1.max_steps=30]
      trials: 4
      lowest_rate: 1.0e-4
      highest_rate: 1.6e-3
      methods: [seq, "freeze:1|freeze:2", replay:0.1 | replay:0.2 | replay:0.4 | replay:1]
      """;

  @TempDir Path folder;

  @Test
  void everyMethodHasAsManyTrials() throws IOException {
    List<SweepPlan.Trial> grid = read(PLAN).grid();
    assertEquals(12, grid.size());
    Map<String, Long> perFamily =
        grid.stream()
            .collect(Collectors.groupingBy(SweepPlan.Trial::family, Collectors.counting()));
    assertEquals(List.of(4L, 4L, 4L), List.copyOf(perFamily.values()));
    assertEquals(
        List.of(1e-4, 2.52e-4, 6.35e-4, 1.6e-3),
        grid.subList(0, 4).stream().map(SweepPlan.Trial::rate).toList(),
        "seq has no strength, so it has all the rates");
    assertEquals(
        List.of("freeze:1 1.0E-4", "freeze:1 0.0016", "freeze:2 1.0E-4", "freeze:2 0.0016"),
        grid.subList(4, 8).stream().map(trial -> trial.method() + " " + trial.rate()).toList());
    assertEquals(
        List.of(4e-4, 4e-4, 4e-4, 4e-4),
        grid.subList(8, 12).stream().map(SweepPlan.Trial::rate).toList());
  }

  @Test
  void aTrialIsTheWholeConfiguration() throws IOException {
    SweepPlan plan = read(PLAN);
    Config config = plan.config(plan.grid().get(6));
    assertEquals(List.of("freeze:2"), config.methods());
    assertEquals(1e-4, config.task1().rates().learningRate());
    assertEquals(1e-3, config.task0().rates().learningRate(), "what comes before is shared");
    assertEquals(30, config.task1().maxSteps());
    assertEquals(List.of(), config.checkpoints().task1Steps());
  }

  @Test
  void thePlanComesBackFromItsText() throws IOException {
    SweepPlan plan = read(PLAN);
    assertEquals(plan, read(plan.text()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "trials: 4 ; trials: 5 ; trials: 5 cannot be split evenly over the 2 strengths of freeze",
        "lowest_rate: 1.0e-4 ; lowest_rate: 1 ; lowest_rate: 1.0 is above highest_rate, 0.0016",
        "trials: 4 ; trails: 4 ; unknown key; did you mean trials?",
        "trials: 4 ; trials: 0 ; trials",
        "seq ; sqe ; trial 1: methods: method 'sqe': no method is called 'sqe'; did you mean"
            + " 'seq'?",
        "max_steps=30 ; max_step=30 ; did you mean task1.max_steps",
        "preset: micro ; preset: nano ; there is no such preset",
      })
  void mistakesAreRefusedBeforeAnythingRuns(String right, String wrong, String expected)
      throws IOException {
    Path plan = write(PLAN.replaceFirst(right, wrong));
    String message =
        assertThrows(
                UserException.class, () -> new Sweep(SweepPlan.read(plan), folder.resolve("out")))
            .getMessage();
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count(), message);
    assertTrue(Files.notExists(folder.resolve("out")));
  }

  private SweepPlan read(String text) throws IOException {
    return SweepPlan.read(write(text));
  }

  private Path write(String text) throws IOException {
    Path file = folder.resolve("plan.yaml");
    Files.writeString(file, text);
    return file;
  }
}
