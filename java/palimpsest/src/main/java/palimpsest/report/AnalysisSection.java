package palimpsest.report;

/**
 * How the page shows what one analysis found. {@link AnalysisSections} knows them all.
 *
 * @param <R> the record of its findings
 */
interface AnalysisSection<R> {
  /** The name of the analysis. */
  String name();

  /** What its findings are read as. */
  Class<R> type();

  /** Title, headline, charts and tables. */
  Section draw(R findings, AnalysisFile.About about);
}
