package palimpsest.report;

import palimpsest.analysis.theory.TheoryFindings;

/** How the theory fares. */
final class TheorySection implements AnalysisSection<TheoryFindings> {
  @Override
  public String name() {
    return "theory";
  }

  @Override
  public Class<TheoryFindings> type() {
    return TheoryFindings.class;
  }

  @Override
  public Section draw(TheoryFindings findings, AnalysisFile.About about) {
    return new Section("Theory", "todo");
  }
}
