package palimpsest.report;

import static palimpsest.report.Numbers.percent;
import static palimpsest.report.Numbers.points;

import java.util.ArrayList;
import java.util.List;
import palimpsest.report.Results.Statistic;

/** The handful of numbers at the top of the page; those not measured are left out there. */
final class KeyFigures {
  private record Tile(String label, String figure, String note) {}

  private KeyFigures() {}

  static String html(Overview overview) {
    var html = new StringBuilder();
    for (Tile tile : tiles(overview)) {
      html.append("<div><dt>")
          .append(Html.escape(tile.label()))
          .append("</dt><dd class=\"figure\">")
          .append(Html.escape(tile.figure()))
          .append("</dd><dd class=\"note\">")
          .append(Html.escape(tile.note()))
          .append("</dd></div>\n");
    }
    return html.toString();
  }

  private static List<Tile> tiles(Overview overview) {
    var tiles = new ArrayList<Tile>();
    Double newTask = overview.mean(overview.told(), Quantity.NEW_TASK_AT_MINIMUM);
    Double control = overview.mean(overview.told(), Quantity.CONTROL);
    String besideControl = control == null ? "no control" : "control " + percent(control);
    add(tiles, overview, Quantity.BEFORE, "Task 0 before task 1", "held-out people");
    add(
        tiles,
        overview,
        Quantity.MINIMUM,
        "Lowest within %d steps".formatted(Measured.EARLY_STEPS),
        newTask == null ? "" : "task 1 knows " + percent(newTask) + " there");
    add(tiles, overview, Quantity.EARLY, "Brought back, early", besideControl);
    add(tiles, overview, Quantity.LAST, "Brought back from the end", besideControl);
    addBestGain(tiles, overview);
    return tiles;
  }

  private static void add(
      List<Tile> tiles, Overview overview, Quantity quantity, String label, String note) {
    Statistic statistic = overview.of(overview.told(), quantity);
    if (statistic.mean() != null) {
      String interval =
          statistic.ci95() == null ? "" : "± " + Numbers.decimal(100 * statistic.ci95(), 1);
      String both = interval + (interval.isEmpty() || note.isEmpty() ? "" : " · ") + note;
      tiles.add(new Tile(label, percent(statistic.mean()), both));
    }
  }

  private static void addBestGain(List<Tile> tiles, Overview overview) {
    String best = null;
    for (String method : overview.methods()) {
      Double gain = overview.of(method, Quantity.MATCHED).differenceToSeq();
      if (!method.equals(Results.REFERENCE)
          && gain != null
          && (best == null || gain > overview.of(best, Quantity.MATCHED).differenceToSeq())) {
        best = method;
      }
    }
    if (best != null) {
      Statistic matched = overview.of(best, Quantity.MATCHED);
      String interval =
          matched.differenceCi95() == null
              ? ""
              : "± " + Numbers.decimal(100 * matched.differenceCi95(), 1) + " ";
      tiles.add(
          new Tile(
              "Best gain on " + Results.REFERENCE,
              points(matched.differenceToSeq(), null),
              interval + "points, " + best + ", both knowing " + overview.lastTask()));
    }
  }
}
