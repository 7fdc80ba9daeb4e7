package palimpsest.report;

import java.util.ArrayList;
import java.util.List;
import palimpsest.report.HtmlTable.Cell;

/** A table of the paper's numbers beside this run's, with what makes them differ. */
final class Published {
  private final HtmlTable table =
      new HtmlTable(
          "Beside the paper",
          List.of(
              Cell.words("Quantity"),
              Cell.of("Paper", "Pythia-160M, 100,000 people"),
              Cell.of("Here"),
              Cell.words("What makes them differ")));

  /**
   * Adds a row.
   *
   * @param paper the published number, as it is written
   * @param here this run's
   */
  Published row(String quantity, String paper, String here, String why) {
    var cells = new ArrayList<Cell>();
    cells.add(Cell.of(paper));
    cells.add(here.equals(Numbers.NONE) ? Cell.missing(here) : Cell.of(here));
    cells.add(Cell.words(why));
    table.row(Cell.words(quantity), cells);
    return this;
  }

  HtmlTable table() {
    return table;
  }
}
