package palimpsest.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import palimpsest.analysis.Findings;
import palimpsest.analysis.Window;
import palimpsest.analysis.angles.MadeUpAngles;
import palimpsest.analysis.features.MadeUpFeatures;
import palimpsest.analysis.inference.MadeUpInference;
import palimpsest.analysis.landscape.Grid;
import palimpsest.analysis.landscape.Landscape;
import palimpsest.analysis.landscape.TaskLosses;
import palimpsest.analysis.performance.Performance;
import palimpsest.analysis.probing.MadeUpProbing;
import palimpsest.analysis.theory.MadeUpTheory;

/** Findings of every analysis, as a run on {@code tiny} could have them. */
final class MadeUpFindings {
  private static final Map<String, Findings> ALL =
      Map.of(
          "performance",
          performance(),
          "landscape",
          landscape(),
          "angles",
          MadeUpAngles.findings(),
          "features",
          MadeUpFeatures.findings(),
          "theory",
          MadeUpTheory.findings(4),
          "probing",
          MadeUpProbing.findings(),
          "inference",
          MadeUpInference.findings());

  private MadeUpFindings() {}

  /** Writes them into a run's folder; fails for an analysis that has none here. */
  static void write(Path run) {
    var about =
        new AnalysisFile.About("0.0.0", 1, "seq", new Window(10, 80), "OpenBLAS, 2 threads", 1.5);
    for (String name : AnalysisSections.names()) {
      Findings findings = ALL.get(name);
      if (findings == null) {
        throw new AssertionError("make up findings of " + name);
      }
      AnalysisFile.of(name, about, findings).write(run);
    }
  }

  private static Performance performance() {
    List<Performance.CurvePoint> curve = new ArrayList<>();
    for (int step = 0; step <= 1300; step += step < 100 ? 10 : 40) {
      double old = step < 80 ? 1 - step / 100.0 : 0.2;
      double fresh = step / 1300.0;
      curve.add(
          new Performance.CurvePoint(
              step,
              new Performance.Score(old, old + 0.02, 1.2 - old),
              new Performance.Score(fresh, fresh, 2.5 * (1.05 - fresh)),
              new Performance.Accuracy(0.99 - fresh / 3, null)));
    }
    List<Performance.Recovery> recoveries = new ArrayList<>();
    List<Performance.Recovery> budgets = new ArrayList<>();
    for (Integer from : java.util.Arrays.asList(0, 10, 40, 80, 400, 1300, null)) {
      recoveries.add(recovery(from, 1500, from == null ? 0 : 0.3));
      if (from == null || from == 80 || from == 1300) {
        budgets.add(recovery(from, 10, 0.1));
        budgets.add(recovery(from, 100, 0.1));
      }
    }
    return new Performance(
        curve,
        List.of(new Performance.Accuracy(0.025, 0.06), new Performance.Accuracy(0.02, 0.05)),
        new Performance.Accuracy(0.997, 0.998),
        1500,
        recoveries,
        budgets);
  }

  private static Performance.Recovery recovery(Integer from, int questions, double begins) {
    List<Performance.RecoveryPoint> points = new ArrayList<>();
    for (int step : List.of(0, 10, 20, 50, 150)) {
      double share = Math.min(0.98, begins + step * questions / 1e5);
      points.add(new Performance.RecoveryPoint(step, share, share));
    }
    return new Performance.Recovery(from, questions, questions == 10 ? null : 40, points);
  }

  private static Landscape landscape() {
    var grid = new Grid(-4, 10, -4, 8, 4);
    List<Landscape.Place> trajectory = new ArrayList<>();
    for (int step : List.of(0, 10, 40, 80, 400, 1300)) {
      double x = step == 0 ? -0.1 : Math.min(1, (step - 10) / 70.0);
      double y = step <= 80 ? 0 : step / 1300.0;
      boolean onPlane = step == 10 || step == 80 || step == 1300;
      var losses = new TaskLosses(old(x, y), fresh(x, y));
      trajectory.add(new Landscape.Place(step, x, y, onPlane ? 0 : 0.4, losses, losses, losses));
    }
    return new Landscape(
        10,
        80,
        1300,
        List.of(150, 150),
        List.of(1200, 2400),
        grid.xs(),
        grid.ys(),
        rows(grid, MadeUpFindings::old),
        rows(grid, MadeUpFindings::fresh),
        trajectory,
        1.6,
        8.3,
        0.18);
  }

  private static double old(double x, double y) {
    return 0.01 + x * x + 0.5 * y * y;
  }

  private static double fresh(double x, double y) {
    return 0.05 + 0.4 * (x - 1) * (x - 1) + 1.3 * (y - 1) * (y - 1);
  }

  private static List<List<Double>> rows(Grid grid, DoubleBinaryOperator loss) {
    return grid.ys().stream()
        .map(y -> grid.xs().stream().map(x -> loss.applyAsDouble(x, y)).toList())
        .toList();
  }
}
