package palimpsest.report;

import palimpsest.analysis.probing.ProbingFindings;

/** How the theory fares. */
final class ProbingSection implements AnalysisSection<ProbingFindings> {
  @Override
  public String name() {
    return "probing";
  }

  @Override
  public Class<ProbingFindings> type() {
    return ProbingFindings.class;
  }

  @Override
  public Section draw(ProbingFindings findings, AnalysisFile.About about) {
    return new Section("Theory", "todo");
  }
}
