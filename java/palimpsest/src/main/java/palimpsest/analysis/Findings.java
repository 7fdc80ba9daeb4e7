package palimpsest.analysis;

import java.util.List;

/**
 * What an analysis found: a record whose components are written to JSON by their names, and read
 * again to draw the report. A number that may be missing is a {@code Double}, {@code null} where it
 * was not measured.
 */
public interface Findings {
  /** The numbers of each figure, to be written as CSV. */
  List<DataTable> tables();

  /** A number that may not be one: {@code null} for NaN, and for what is not finite. */
  static Double measured(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
