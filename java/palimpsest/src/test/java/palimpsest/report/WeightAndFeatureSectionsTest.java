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
import palimpsest.analysis.Findings;
import palimpsest.analysis.Window;
import palimpsest.analysis.angles.AngleFindings;
import palimpsest.analysis.angles.MadeUpAngles;
import palimpsest.analysis.features.FeatureFindings;
import palimpsest.analysis.features.MadeUpFeatures;

/** The sections of the angles and of the features, from findings to the page and back. */
class WeightAndFeatureSectionsTest {
  private static final AnalysisFile.About ABOUT =
      new AnalysisFile.About("0.1.0", 1, "seq", new Window(20, 80), "a device", 1.5);

  @TempDir Path run;

  @Test
  void findingsAreReadAsTheyWereWritten() {
    AngleFindings angles = MadeUpAngles.findings();
    assertEquals(angles, written("angles", angles).findings(AngleFindings.class));
    FeatureFindings features = MadeUpFeatures.findings();
    assertEquals(features, written("features", features).findings(FeatureFindings.class));
  }

  @Test
  void anglesSayHowTheyStandToTheFloor() {
    AngleFindings findings = MadeUpAngles.findings();
    Section section = new AnglesSection().draw(findings, ABOUT);
    assertTrue(section.headline().contains("20 to 80"), section.headline());
    assertTrue(section.headline().contains("of 13 matrices"), section.headline());
    assertTrue(section.body().contains("80.45°"), "the paper's angle");
    assertTrue(section.body().contains("layers.1.attention.value.1"), "a head");
    assertDrawable(section, 3 + 7 + 6);
  }

  @Test
  void featuresSayHowFarHiddenStatesMove() {
    Section section = new FeaturesSection().draw(MadeUpFeatures.findings(), ABOUT);
    assertTrue(section.headline().contains("0.0\u202f%"), "a frozen embedding stays");
    assertTrue(section.body().contains("birth city"));
    // Four over the depth; then planes at the two of three depths that moved.
    assertDrawable(section, 4 + 5 * 2 + 5 * 2);
  }

  private static void assertDrawable(Section section, int plots) {
    Set<String> ids = new HashSet<>();
    for (Plot plot : section.plots()) {
      assertTrue(ids.add(plot.id()), plot.id());
      assertTrue(section.body().contains("<canvas id=\"" + plot.id() + "\""), plot.id());
      for (Plot.Line line : plot.lines()) {
        for (Plot.Point point : line.points()) {
          assertTrue(Double.isFinite(point.x()) && Double.isFinite(point.y()), plot.id());
        }
      }
    }
    assertEquals(plots, ids.size());
    for (String wrong : List.of("NaN", "null", "Infinity")) {
      assertFalse(section.body().contains(wrong), wrong);
      assertFalse(section.headline().contains(wrong), wrong);
    }
  }

  private AnalysisFile written(String name, Findings findings) {
    AnalysisFile.of(name, ABOUT, findings).write(run);
    return AnalysisFile.read(run, name);
  }
}
