package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.analysis.Findings;
import palimpsest.analysis.Window;
import palimpsest.analysis.inference.InferenceFindings;
import palimpsest.analysis.inference.MadeUpInference;
import palimpsest.analysis.probing.MadeUpProbing;
import palimpsest.analysis.probing.ProbingFindings;
import palimpsest.analysis.theory.MadeUpTheory;
import palimpsest.analysis.theory.TheoryFindings;

/** The sections of theory, probing and inference, from findings to the page and back. */
class KnowledgeSectionsTest {
  private static final AnalysisFile.About ABOUT =
      new AnalysisFile.About("0.1.0", 1, "seq", new Window(10, 80), "a device", 1.5);
  private static final String SPACE = "\u202f";

  @TempDir Path run;

  @Test
  void findingsAreReadAsTheyWereWritten() {
    TheoryFindings theory = MadeUpTheory.findings(2);
    assertEquals(theory, written("theory", theory).findings(TheoryFindings.class));
    ProbingFindings probing = MadeUpProbing.findings();
    assertEquals(probing, written("probing", probing).findings(ProbingFindings.class));
    InferenceFindings inference = MadeUpInference.findings();
    assertEquals(inference, written("inference", inference).findings(InferenceFindings.class));
  }

  @Test
  void theorySaysWhatTheLowestLayerHolds() {
    Section section = new TheorySection().draw(MadeUpTheory.findings(2), ABOUT);
    assertTrue(
        section
            .headline()
            .startsWith(
                "At step 80 task 0 is at 22.0%s%%; with the embedding taken back from before task 1 it is at 22.0%s%%, and with the lowest layer as well at 97.0%s%%"
                    .formatted(SPACE, SPACE, SPACE)),
        section.headline());
    assertTrue(section.headline().contains("1.13 times"), section.headline());
    assertTrue(section.body().contains("did not move"), "a frozen embedding");
    assertTrue(section.body().contains("a slope needs 8 layers (preset deep); this model has 2"));
    assertDrawable(section, 2 + 2 + 2 + 2);
  }

  /** No layer has its output before the last norm; layers enough for a slope. */
  @ParameterizedTest
  @CsvSource({"1, 7", "9, 8"})
  void theoryOfOneLayerAndOfMany(int layers, int plots) {
    Section section = new TheorySection().draw(MadeUpTheory.findings(layers), ABOUT);
    assertEquals(layers < 8, section.body().contains("too few layers"));
    assertDrawable(section, plots);
  }

  @Test
  void probingSaysWhatIsStillReadable() {
    Section section = new ProbingSection().draw(MadeUpProbing.findings(), ABOUT);
    assertTrue(
        section
            .headline()
            .startsWith(
                "Of the questions' answers a linear probe reads 80.0%s%% after task 0, 20.0%s%% at step 80 and 10.0%s%% after task 1; of the same values"
                    .formatted(SPACE, SPACE, SPACE)),
        section.headline());
    assertDrawable(section, 3 + 3);
  }

  @Test
  void inferenceSaysHowManyPeopleItTakes() {
    Section section = new InferenceSection().draw(MadeUpInference.findings(), ABOUT);
    assertTrue(section.headline().contains("people of each kind are enough"), section.headline());
    assertTrue(section.body().contains("must find nothing"));
    assertDrawable(section, 4);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.500", "0.0312, 0.031", "2.4e-7, 2·10⁻⁷", "1e-45, 1·10⁻⁴⁵", "0, < 10⁻³⁰⁰"})
  void smallProbabilities(double p, String written) {
    assertEquals(written, InferenceSection.p(p));
  }

  private static void assertDrawable(Section section, int plots) {
    Set<String> ids = new HashSet<>();
    for (Plot plot : section.plots()) {
      assertTrue(ids.add(plot.id()), plot.id());
      assertTrue(section.body().contains("<canvas id=\"" + plot.id() + "\""), plot.id());
      for (Plot.Line line : plot.lines()) {
        for (Plot.Point point : line.points()) {
          assertTrue(Double.isFinite(point.x()) && Double.isFinite(point.y()), plot.id());
          assertTrue(!plot.x().logarithmic() || point.x() > 0, plot.id());
          assertTrue(!plot.y().logarithmic() || point.y() > 0, plot.id());
        }
      }
    }
    assertEquals(plots, ids.size());
    for (String wrong : List.of("NaN", ">null", "null<", "Infinity")) {
      assertFalse(section.body().contains(wrong), wrong);
      assertFalse(section.headline().contains(wrong), wrong);
    }
  }

  private AnalysisFile written(String name, Findings findings) {
    AnalysisFile.of(name, ABOUT, findings).write(run);
    return AnalysisFile.read(run, name);
  }
}
