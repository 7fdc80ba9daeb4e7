package palimpsest.report;

import palimpsest.analysis.inference.InferenceFindings;

/** How the theory fares. */
final class InferenceSection implements AnalysisSection<InferenceFindings> {
  @Override
  public String name() {
    return "inference";
  }

  @Override
  public Class<InferenceFindings> type() {
    return InferenceFindings.class;
  }

  @Override
  public Section draw(InferenceFindings findings, AnalysisFile.About about) {
    return new Section("Theory", "todo");
  }
}
