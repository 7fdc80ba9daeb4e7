package palimpsest.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import palimpsest.analysis.DataTable;

/** Comma-separated text under a header; {@code null} is an empty field. */
public final class Csv {
  private final StringBuilder text = new StringBuilder();
  private final CSVPrinter printer;

  Csv(List<String> header) {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setRecordSeparator("\n")
            .setHeader(header.toArray(String[]::new))
            .get();
    try {
      printer = new CSVPrinter(text, format);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** The whole text of a table. */
  public static String of(DataTable table) {
    var csv = new Csv(table.columns());
    table.rows().forEach(row -> csv.row(row.toArray()));
    return csv.text();
  }

  void row(Object... fields) {
    try {
      printer.printRecord(Arrays.asList(fields));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  String text() {
    return text.toString();
  }
}
