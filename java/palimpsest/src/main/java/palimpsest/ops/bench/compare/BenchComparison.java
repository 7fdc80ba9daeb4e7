package palimpsest.ops.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import palimpsest.base.TextTable;
import palimpsest.base.UserException;
import palimpsest.ops.bench.Units;

/**
 * Two recordings side by side.
 *
 * @param tolerance changes up to it are no change
 * @param rows figures that both have, in the order of the first
 * @param missing names that only one of them has
 */
public record BenchComparison(
    String before, String after, double tolerance, List<Row> rows, List<String> missing) {
  /**
   * One figure.
   *
   * @param ratio of the medians, new over old; below 1 is faster
   * @param low the smallest that the intervals allow
   * @param high the largest
   */
  public record Row(
      String name,
      double before,
      double after,
      double ratio,
      double low,
      double high,
      Verdict verdict) {
    static Row of(Measure before, Measure after, double tolerance) {
      double low = after.low() / before.high();
      double high = after.high() / before.low();
      return new Row(
          before.name(),
          before.median(),
          after.median(),
          after.median() / before.median(),
          low,
          high,
          Verdict.of(low, high, tolerance));
    }
  }

  /**
   * @throws UserException if the files cannot be read or were not measured alike
   */
  public static BenchComparison of(Path before, Path after, double tolerance) {
    BenchFile old = BenchFile.read(before);
    BenchFile now = BenchFile.read(after);
    checkAlike(old, now);
    List<Row> rows = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    old.measures()
        .forEach(
            (name, measure) -> {
              Measure other = now.measures().get(name);
              if (other == null) {
                missing.add("%s: only in %s".formatted(name, before));
              } else {
                rows.add(Row.of(measure, other, tolerance));
              }
            });
    now.measures().keySet().stream()
        .filter(name -> !old.measures().containsKey(name))
        .forEach(name -> missing.add("%s: only in %s".formatted(name, after)));
    if (rows.isEmpty()) {
      throw new UserException("%s and %s have no figure in common".formatted(before, after));
    }
    return new BenchComparison(before.toString(), after.toString(), tolerance, rows, missing);
  }

  private static void checkAlike(BenchFile old, BenchFile now) {
    for (Map.Entry<String, String> entry : old.setting().entrySet()) {
      String other = now.setting().get(entry.getKey());
      if (!entry.getValue().equals(other)) {
        throw new UserException(
            "%s and %s cannot be compared: their %s differs, %s and %s"
                .formatted(old.file(), now.file(), entry.getKey(), entry.getValue(), other));
      }
    }
  }

  /** How many figures have this verdict. */
  public long count(Verdict verdict) {
    return rows.stream().filter(row -> row.verdict == verdict).count();
  }

  /** For readers. */
  public String table() {
    TextTable table = new TextTable(1, "figure", "before", "after", "ratio", "interval", "");
    for (Row row : rows) {
      table.row(
          row.name,
          Units.seconds(row.before),
          Units.seconds(row.after),
          "%.3f".formatted(row.ratio),
          "%.3f to %.3f".formatted(row.low, row.high),
          row.verdict.word());
    }
    StringBuilder text = new StringBuilder(table.plain());
    missing.forEach(name -> text.append(name).append('\n'));
    return text.append(
            "%n%d same, %d faster, %d slower, %d ambiguous; the same is within %s; ratio: after / before, its interval from both files' intervals%n"
                .formatted(
                    count(Verdict.SAME),
                    count(Verdict.FASTER),
                    count(Verdict.SLOWER),
                    count(Verdict.AMBIGUOUS),
                    Units.percent(tolerance)))
        .toString();
  }
}
