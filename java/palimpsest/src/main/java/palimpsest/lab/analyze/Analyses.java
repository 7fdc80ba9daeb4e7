package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import palimpsest.analysis.landscape.Grid;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;

/** Every analysis there is, in the order they are run and shown. */
public final class Analyses {
  static final List<Analysis> ALL =
      List.of(
          new PerformanceAnalysis(),
          new LandscapeAnalysis(Grid.PAPER),
          new AnglesAnalysis(),
          new FeaturesAnalysis(),
          new TheoryAnalysis(),
          new ProbingAnalysis(),
          new InferenceAnalysis());

  private Analyses() {}

  /** Their names. */
  public static List<String> names() {
    return ALL.stream().map(Analysis::name).toList();
  }

  /** {@code landscape: losses on a plane through three checkpoints}, a line each. */
  public static String list() {
    return ALL.stream()
        .map(analysis -> "%-12s %s".formatted(analysis.name(), analysis.about()))
        .collect(Collectors.joining("\n"));
  }

  /** Those of these names, in their own order; all of them for no name. */
  static List<Analysis> named(List<String> wanted) {
    for (String name : wanted) {
      if (!names().contains(name)) {
        throw new UserException(
            "'%s': there is no such analysis%s (there are %s)"
                .formatted(name, Nearest.hint(name, names()), String.join(", ", names())));
      }
    }
    var chosen = new ArrayList<>(ALL);
    chosen.removeIf(analysis -> !wanted.isEmpty() && !wanted.contains(analysis.name()));
    return chosen;
  }
}
