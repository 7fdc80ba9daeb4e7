package palimpsest.base;

import java.util.ArrayList;
import java.util.List;

/** A table in plain text: its first columns aligned to the left, the others to the right. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final int left;
  private final int columns;

  /** A table whose first column holds names. */
  public TextTable(String... header) {
    this(1, header);
  }

  /** A table whose first {@code left} columns hold names. */
  public TextTable(int left, String... header) {
    this.left = left;
    columns = header.length;
    rows.add(header);
  }

  /** Adds a row with a cell for each column. */
  public TextTable row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          "%d cells for %d columns".formatted(cells.length, columns));
    }
    rows.add(cells);
    return this;
  }

  /** The table with a rule under its header; every line ends with a line feed. */
  public String plain() {
    int[] widths = widths();
    var text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      var line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        line.append(c == 0 ? "" : GAP).append(padded(rows.get(r)[c], widths[c], c >= left));
      }
      text.append(line.toString().stripTrailing()).append('\n');
      if (r == 0) {
        int total = GAP.length() * (columns - 1);
        for (int width : widths) {
          total += width;
        }
        text.append("-".repeat(total)).append('\n');
      }
    }
    return text.toString();
  }

  /** The same table in Markdown. */
  public String markdown() {
    var text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      for (String cell : rows.get(r)) {
        text.append("| ").append(cell.replace("|", "\\|")).append(' ');
      }
      text.append("|\n");
      if (r == 0) {
        text.append("| --- ".repeat(left)).append("| ---: ".repeat(columns - left)).append("|\n");
      }
    }
    return text.toString();
  }

  private int[] widths() {
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], width(row[c]));
      }
    }
    return widths;
  }

  private static String padded(String cell, int width, boolean right) {
    String padding = " ".repeat(width - width(cell));
    return right ? padding + cell : cell + padding;
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
