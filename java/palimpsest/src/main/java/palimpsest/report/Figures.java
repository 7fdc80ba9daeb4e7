package palimpsest.report;

import static palimpsest.report.Numbers.percent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import palimpsest.report.ChartData.Lines;
import palimpsest.report.ChartData.Panel;
import palimpsest.report.ChartData.Point;
import palimpsest.report.HtmlTable.Cell;

/** The places the charts are drawn in, each with its numbers as a table for those who read it. */
final class Figures {
  private static final int ENLARGED_STEPS = 200;

  private final ChartData data;

  Figures(ChartData data) {
    this.data = data;
  }

  /** The collapse and the return on one axis; nothing where they were not measured. */
  String story() {
    ChartData.Story story = data.story();
    if (story == null) {
      return "";
    }
    return figure(
        "story",
        "Down and back: task 0, " + data.methods().get(story.method()),
        "%d steps of task 1, then retraining from there".formatted(story.turn()),
        "middle",
        "Task 0 from %s down to %s in %d steps of task 1, and by retraining back to %s"
            .formatted(
                percent(story.down().getFirst().exact()),
                percent(story.down().getLast().exact()),
                story.turn(),
                percent(story.back().getLast().exact())),
        "story");
  }

  /** Every curve over all steps with its beginning enlarged beside it. */
  String curves(int training) {
    var html = new StringBuilder();
    boolean first = true;
    for (Panel panel : data.panels()) {
      if (panel.training() == training) {
        String size = first ? "tall" : "middle";
        String whole = figure(panel.id(), panel.title(), panel.detail(), size, label(panel), "");
        html.append(
                lastStep(panel) <= ENLARGED_STEPS
                    ? whole
                    : "<div class=\"pair uneven\">" + whole + enlarged(panel, size) + "</div>")
            .append(details(table(panel)));
        first = false;
      }
    }
    return html.toString();
  }

  private static String enlarged(Panel panel, String size) {
    return figure(
        panel.id() + "-enlarged",
        "Its first %d steps".formatted(ENLARGED_STEPS),
        "",
        size,
        "The first %d steps of the chart before".formatted(ENLARGED_STEPS),
        "");
  }

  private static int lastStep(Panel panel) {
    return panel.lines().stream().mapToInt(Lines::last).max().orElse(0);
  }

  String bars() {
    return figure(
        "bars",
        "Task 0 where the last task first reaches 99\u202f%",
        "bar: mean; line: 95\u202f% interval; dots: seeds",
        "middle",
        "Bars of task 0's exact match for each method; the table below has the numbers",
        "");
  }

  String tradeOff() {
    return figure(
        "trade-off",
        "Task 0 on the way there",
        "mean over the seeds that reached each point",
        "middle",
        "Task 0's exact match against how far the last task is learned; the table below has the"
            + " numbers",
        "");
  }

  String recoveries() {
    var html = new StringBuilder("<div class=\"panels\">");
    for (ChartData.Recovery recovery : data.recoveries()) {
      String method = data.methods().get(recovery.method());
      String early =
          recovery.earlyStep() == null
              ? ""
              : "early: from step " + recovery.earlyStep() + " of task 1";
      html.append(
          figure(
              "recovery-" + recovery.method(),
              method,
              early,
              "middle",
              "Task 0 while retraining after " + method + "; the numbers are in the table below",
              Html.colour(recovery.method())));
    }
    return html.append("</div>").append(details(recoveryTable())).toString();
  }

  private static String figure(
      String id, String title, String detail, String size, String label, String style) {
    return Template.fill(
        "figure.html",
        Map.of(
            "id", Html.escape(id),
            "title", Html.escape(title),
            "detail", Html.escape(detail),
            "size", size,
            "label", Html.escape(label),
            "style", style));
  }

  private static String details(String table) {
    return "<details><summary>The numbers</summary>" + table + "</details>";
  }

  private String label(Panel panel) {
    var text =
        new StringBuilder(panel.title() + " over the steps of task " + panel.training() + ":");
    for (Lines lines : panel.lines()) {
      if (!lines.mean().isEmpty()) {
        text.append(
            " %s from %s to %s;"
                .formatted(
                    data.methods().get(lines.method()),
                    percent(lines.mean().getFirst().exact()),
                    percent(lines.mean().getLast().exact())));
      }
    }
    return text + " the numbers are in the table below";
  }

  private String table(Panel panel) {
    var columns = new ArrayList<Cell>();
    columns.add(Cell.words("Step"));
    for (Lines lines : panel.lines()) {
      columns.add(Cell.of(data.methods().get(lines.method())));
    }
    var table =
        new HtmlTable(panel.title() + ", exact match, first token below, mean over seeds", columns);
    steps(panel.lines().stream().map(Lines::mean).toList())
        .forEach(
            step ->
                table.row(
                    Cell.words(String.valueOf(step)),
                    panel.lines().stream().map(lines -> at(lines.mean(), step)).toList()));
    return table.html();
  }

  private String recoveryTable() {
    var columns = new ArrayList<Cell>();
    columns.add(Cell.words("Step"));
    var curves = new ArrayList<List<Point>>();
    for (ChartData.Recovery recovery : data.recoveries()) {
      String method = data.methods().get(recovery.method());
      columns.add(Cell.of(method, "early"));
      columns.add(Cell.of(method, "end"));
      columns.add(Cell.of(method, "control"));
      curves.addAll(List.of(recovery.early(), recovery.last(), recovery.control()));
    }
    var table = new HtmlTable("Task 0 while retraining, exact match, first token below", columns);
    for (int step : steps(curves)) {
      table.row(
          Cell.words(String.valueOf(step)), curves.stream().map(curve -> at(curve, step)).toList());
    }
    return table.html();
  }

  private static List<Integer> steps(List<List<Point>> curves) {
    return curves.stream().flatMap(List::stream).map(Point::step).distinct().sorted().toList();
  }

  private static Cell at(List<Point> points, int step) {
    return points.stream()
        .filter(point -> point.step() == step)
        .findFirst()
        .map(point -> Cell.of(percent(point.exact()), percent(point.first())))
        .orElse(Cell.missing(Numbers.NONE));
  }
}
