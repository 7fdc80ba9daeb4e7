package palimpsest.analysis;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The numbers behind a figure, to be written as CSV.
 *
 * @param name of the figure within its analysis, such as {@code grid}; part of a file's name
 * @param columns names in snake case
 * @param rows a value a column: numbers, words, or {@code null} where nothing was measured
 */
public record DataTable(String name, List<String> columns, List<List<Object>> rows) {
  public DataTable {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** One row. */
  public static List<Object> row(Object... values) {
    return Collections.unmodifiableList(Arrays.asList(values));
  }
}
