package palimpsest.lab.analyze;

import java.util.List;
import palimpsest.analysis.Findings;
import palimpsest.lab.Checkpoint;

/** One analysis of a finished run. {@link Analyses} knows them all. */
public interface Analysis {
  /** The name on the command line and of the file: {@code landscape}. */
  String name();

  /** What it looks at, in a few words. */
  String about();

  /** The weights it cannot do without; that they are there is checked before anything is run. */
  List<Checkpoint> needs(AnalysisContext context);

  /**
   * Computes. Random draws come from the run's seed alone: the same run gives the same findings.
   *
   * @return a record, see {@link Findings}
   */
  Findings run(AnalysisContext context);
}
