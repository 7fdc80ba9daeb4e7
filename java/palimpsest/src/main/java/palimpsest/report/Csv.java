package palimpsest.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Comma-separated text under a header; {@code null} is an empty field. */
final class Csv {
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
