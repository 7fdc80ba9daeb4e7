package palimpsest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A section of the page in the making: its pieces stand in the order they are added in. */
final class Section {
  private final String title;
  private final String headline;
  private final StringBuilder body = new StringBuilder();
  private final List<Plot> plots = new ArrayList<>();

  /**
   * @param headline what was found, with its numbers, in a sentence or two
   */
  Section(String title, String headline) {
    this.title = title;
    this.headline = headline;
  }

  /** A paragraph: how to read what follows, a caption, a formula. */
  Section words(String text) {
    body.append("<p class=\"caption\">").append(Html.escape(text)).append("</p>\n");
    return this;
  }

  /** A formula, subscripts written {@code θ_a} or {@code θ_{end}}. */
  Section formula(String text) {
    body.append("<p class=\"formula\">")
        .append(HtmlTable.subscripts(Html.escape(text)))
        .append("</p>\n");
    return this;
  }

  /** Plots under one another where the page is narrow, else side by side. */
  Section plots(Plot... together) {
    if (together.length > 1) {
      boolean twos = together.length == 2 || together.length == 4;
      body.append("<div class=\"").append(twos ? "pair" : "panels").append("\">");
    }
    for (Plot plot : together) {
      plots.add(plot);
      body.append(plot.figure());
    }
    if (together.length > 1) {
      body.append("</div>");
    }
    return this;
  }

  Section table(HtmlTable table) {
    body.append(table.html());
    return this;
  }

  /** A table that is folded away until somebody wants its numbers. */
  Section details(HtmlTable table) {
    body.append("<details><summary>The numbers</summary>")
        .append(table.html())
        .append("</details>");
    return this;
  }

  /** What the colours of the next plots mean: the first name is colour 0. */
  Section key(List<String> names) {
    body.append("<p class=\"key\">");
    for (int i = 0; i < names.size(); i++) {
      body.append("<span class=\"method ")
          .append(Html.colour(i))
          .append("\">")
          .append(Html.escape(names.get(i)))
          .append("</span> ");
    }
    body.append("</p>\n");
    return this;
  }

  /** Pieces that are folded away until somebody wants to see them. */
  Section folded(String summary, Consumer<Section> filled) {
    var inside = new Section(title, headline);
    filled.accept(inside);
    body.append("<details><summary>").append(Html.escape(summary)).append("</summary>");
    body.append(inside.body).append("</details>\n");
    plots.addAll(inside.plots);
    return this;
  }

  String title() {
    return title;
  }

  String headline() {
    return headline;
  }

  String body() {
    return body.toString();
  }

  List<Plot> plots() {
    return plots;
  }
}
