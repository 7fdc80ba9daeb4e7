package palimpsest.report;

import java.util.List;

/** A table in a box of its own that scrolls sideways where the page is narrow. */
final class HtmlTable {
  private static final String FORMULA = "formula";

  private final StringBuilder html = new StringBuilder();

  /**
   * One cell.
   *
   * @param note smaller, below the text; may be {@code null}
   * @param style names of style classes; may be empty
   */
  record Cell(String text, String note, String style) {
    static Cell of(String text) {
      return new Cell(text, null, "");
    }

    static Cell of(String text, String note) {
      return new Cell(text, note, "");
    }

    /** Words rather than a number: to the left, wrapped. */
    static Cell words(String text) {
      return new Cell(text, null, "words");
    }

    /** A name over its formula, subscripts written {@code Σ_j} or {@code Σ_{j<T}}. */
    static Cell formula(String name, String formula) {
      return new Cell(name, formula, FORMULA);
    }

    /** A number as text, or that there is none. */
    static Cell number(String text) {
      return text.equals(Numbers.NONE) ? missing(text) : of(text);
    }

    /** Not reached, not measured. */
    static Cell missing(String text) {
      return new Cell(text, null, "missing");
    }
  }

  HtmlTable(String caption, List<Cell> columns) {
    String name = Html.escape(caption);
    html.append("<h3>")
        .append(name)
        .append("</h3><div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    html.append(" aria-label=\"").append(name).append("\"><table aria-label=\"").append(name);
    html.append("\"><thead><tr>");
    for (Cell column : columns) {
      append("th scope=\"col\"", "th", column);
    }
    html.append("</tr></thead><tbody>\n");
  }

  /** Adds a row whose first cell names it. */
  HtmlTable row(Cell name, List<Cell> cells) {
    html.append("<tr>");
    append("th scope=\"row\"", "th", name);
    for (Cell cell : cells) {
      append("td", "td", cell);
    }
    html.append("</tr>\n");
    return this;
  }

  String html() {
    return html + "</tbody></table></div>";
  }

  /** Escaped text with what is written {@code Σ_j} or {@code Σ_{j<T}} set below the line. */
  static String subscripts(String escaped) {
    return escaped
        .replaceAll("_\\{([^}]*)}", "<sub>$1</sub>")
        .replaceAll("(\\p{L}|Σ)_(\\w)", "$1<sub>$2</sub>");
  }

  private void append(String open, String close, Cell cell) {
    html.append('<').append(open);
    if (!cell.style().isEmpty()) {
      html.append(" class=\"").append(Html.escape(cell.style().strip())).append('"');
    }
    html.append('>').append(Html.escape(cell.text()));
    if (cell.note() != null) {
      String note = Html.escape(cell.note());
      html.append("<small>")
          .append(cell.style().equals(FORMULA) ? subscripts(note) : note)
          .append("</small>");
    }
    html.append("</").append(close).append('>');
  }
}
