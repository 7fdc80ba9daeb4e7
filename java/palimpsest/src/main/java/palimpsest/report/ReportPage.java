package palimpsest.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.io.AtomicFiles;
import palimpsest.report.Results.Device;
import palimpsest.report.Results.Model;
import palimpsest.report.Results.Task;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code report.html}: one file that tells what a run showed. It is made of {@code results.json},
 * {@code config.yaml} and the analyses that were made of the run, and a browser needs no network to
 * show it.
 */
public final class ReportPage {
  /** The name of the page in a run folder. */
  public static final String FILE = "report.html";

  private final Overview overview;
  private final ChartData data;
  private final PageTables tables;
  private final MethodTables methodTables;
  private final Figures figures;
  private final Map<String, String> contents = new LinkedHashMap<>();
  private final StringBuilder sections = new StringBuilder();
  private final List<Plot> plots = new ArrayList<>();

  private ReportPage(Results results) {
    overview = new Overview(results);
    data = ChartData.of(overview);
    tables = new PageTables(overview);
    methodTables = new MethodTables(overview);
    figures = new Figures(data);
  }

  /**
   * Makes the page of a run anew, from nothing but its folder.
   *
   * @return the file written
   */
  public static Path write(Path runFolder) {
    Path page = runFolder.resolve(FILE);
    Results results = RunFolder.results(runFolder);
    String config = RunFolder.config(runFolder);
    AtomicFiles.write(
        page, Misfit.in(runFolder.resolve(Results.FILE), () -> html(results, config, runFolder)));
    return page;
  }

  /**
   * @param config the text of {@code config.yaml}, or {@code null}
   * @param runFolder where the run is, for the command that runs it again
   */
  static String html(Results results, String config, Path runFolder) {
    return new ReportPage(results).page(config, runFolder);
  }

  private String page(String config, Path runFolder) {
    for (Task task : overview.results().tasks()) {
      if (data.panels().stream().anyMatch(panel -> panel.training() == task.task())) {
        learning(task);
      }
    }
    recovery();
    losses();
    methods();
    attributes();
    metrics();
    MergingSection.of(overview).ifPresent(section -> add("merging", section));
    AnalysisSections.of(runFolder).forEach((name, section) -> add("analysis-" + name, section));
    everySeed();
    again(config, runFolder);
    Results results = overview.results();
    Headline headline = Headline.of(overview);
    return Template.fill(
        "page.html",
        Map.ofEntries(
            Map.entry("title", Html.escape(headline.title())),
            Map.entry("preset", Html.escape(String.valueOf(results.preset()))),
            Map.entry("run", Html.escape(run(results))),
            Map.entry("lead", paragraphs(headline.paragraphs())),
            Map.entry("story", figures.story()),
            Map.entry("tiles", KeyFigures.html(overview)),
            Map.entry("contents", links()),
            Map.entry("sections", sections.toString()),
            Map.entry("version", Html.escape(String.valueOf(results.version()))),
            Map.entry("licences", Html.escape(PageLibraries.licences())),
            Map.entry("css", Template.read("page.css")),
            Map.entry("script", Template.read("page.js")),
            Map.entry("libraries", PageLibraries.scripts()),
            Map.entry("plotscript", Template.read("plots.js")),
            Map.entry("plots", Html.scriptJson(new JsonMapper().writeValueAsString(plots))),
            Map.entry("data", Html.scriptJson(new JsonMapper().writeValueAsString(data)))));
  }

  private static String run(Results results) {
    var parts = new ArrayList<String>();
    parts.add(String.valueOf(results.preset()));
    parts.add(results.runs().size() + (results.runs().size() == 1 ? " seed" : " seeds"));
    if (results.model() != null) {
      parts.add(Numbers.count(results.model().parameters()) + " parameters");
    }
    if (results.device() != null) {
      parts.add(results.device().kind());
    }
    return String.join(" · ", parts);
  }

  private void learning(Task task) {
    boolean first = contents.isEmpty();
    section(
        "learning-" + task.task(),
        "While task %d is learned".formatted(task.task()),
        List.of(
            ("Accuracy of each method over the steps of %s. %s The dashed line is the "
                    + "floor: always giving the most frequent answer.")
                .formatted(lower(Overview.title(task)), linesDrawn())),
        (first ? controls() : "") + figures.curves(task.task()));
  }

  private String linesDrawn() {
    if (overview.seeds() == 1) {
      return "There is one seed.";
    }
    return data.panels().getFirst().lines().getFirst().seeds().isEmpty()
        ? "Each line is the mean at the steps that every seed has."
        : "The thick line is the mean at the steps that every seed has, thin lines are seeds.";
  }

  private void recovery() {
    if (!data.recoveries().isEmpty()) {
      section(
          "recovery",
          "What comes back",
          List.of(
              "Task 0 is retrained with the same data, order and recipe from three "
                  + "starting points: a checkpoint soon after the switch to task 1, the end of "
                  + overview.lastTask()
                  + ", and as a control the pretrained model that no question was ever "
                  + "asked. The dashed line is the score before task 1.",
              "Savings = 1 − steps to 90\u202f% of the score before, from here / from the "
                  + "control. Knowledge kept = (recovered from the end − floor) / (control − "
                  + "floor)."),
          figures.recoveries() + tables.recovery());
    }
  }

  private void losses() {
    boolean told =
        overview.methods().stream()
            .anyMatch(method -> overview.mean(method, Quantity.ACCESS_LOST) != null);
    if (told) {
      section(
          "losses",
          "What was lost, and how",
          List.of(
              "Lost = before − end. Missing = min(lost, max(0, control − recovered from the end)). "
                  + "Knowledge lost = min(missing, what biographies lost from before to the end): "
                  + "retraining does not bring it back, and the biographies miss it too. Access "
                  + "lost = ∫ max(0, 1 − h(y) / c(y)) dy from the end to where retraining leads, "
                  + "with h(y) and c(y) the steps of retraining until exact match y from the end "
                  + "and from the control: it comes back, and faster than a model gets there that "
                  + "was never asked. Interference is the rest: it comes back no faster than "
                  + "that, or not at all although the biographies can still be said. The three "
                  + "add up to what was lost, seed by seed."),
          tables.losses());
    }
  }

  private void methods() {
    section(
        "methods",
        "What each method keeps",
        List.of(
            "Methods learn new tasks at different speeds, so they are compared where each first"
                + " reaches the same exact match on all questions of the last task, never at equal"
                + " steps. A method that keeps task 0 for the people it was trained on and not for"
                + " held-out people has memorised their answers."),
        "<div class=\"pair\">"
            + figures.bars()
            + (overview.mean(overview.told(), Quantity.MATCHED_25) == null
                ? ""
                : figures.tradeOff())
            + "</div>"
            + tables.gains()
            + tables.tradeOff());
  }

  private void attributes() {
    String table = tables.attributes();
    if (!table.isEmpty()) {
      section(
          "attributes",
          "Attribute by attribute",
          List.of(
              "A first token can be right by luck where answers share it, as the twelve "
                  + "months do: compare with the floor."),
          table);
    }
  }

  private void metrics() {
    section(
        "metrics",
        "Continual-learning metrics",
        List.of(
            "R[i][j]: exact match on task j after learning task i; b: before any task; s: "
                + "a model of that task alone; m: a model of all tasks at once. a[j](n): exact "
                + "match on task j at the n-th evaluation while later tasks are learned, as the "
                + "curves show it. Libraries use these names for different formulas."),
        tables.metrics() + tables.matrices());
  }

  private void add(String id, Section section) {
    section(id, section.title(), List.of(section.headline()), section.body());
    plots.addAll(section.plots());
  }

  private void everySeed() {
    section(
        "seeds",
        "Every seed, and what it took",
        List.of(),
        tables.seeds()
            + tables.repeats()
            + methodTables.cost()
            + methodTables.notes()
            + methodTables.settings()
            + tables.pretraining());
  }

  private void again(String config, Path runFolder) {
    var body = new StringBuilder();
    body.append("<pre tabindex=\"0\">./palimpsest run ")
        .append(Html.escape(quoted(runFolder.resolve("config.yaml").toString())))
        .append("</pre>")
        .append(facts());
    if (config != null) {
      body.append("<details><summary>The complete configuration</summary><pre tabindex=\"0\">")
          .append(Html.escape(config))
          .append("</pre></details>");
    }
    section(
        "again",
        "Running it again",
        List.of(
            "The configuration is complete, defaults included: on a machine with the same "
                + "fingerprint it gives the same bits."),
        body.toString());
  }

  private String facts() {
    var facts = new LinkedHashMap<String, String>();
    Device device = overview.results().device();
    if (device != null) {
      facts.put("Device", "%s, %s".formatted(device.kind(), device.name()));
      facts.put("Threads", String.valueOf(device.threads()));
      facts.put("Fingerprint", device.fingerprint());
    }
    Model model = overview.results().model();
    if (model != null) {
      facts.put(
          "Model",
          "%d layers, width %d, %d heads, vocabulary %s, %s parameters"
              .formatted(
                  model.layers(),
                  model.width(),
                  model.heads(),
                  Numbers.count(model.vocabulary()),
                  Numbers.count(model.parameters())));
    }
    var html = new StringBuilder("<dl class=\"pairs\">");
    facts.forEach(
        (name, value) ->
            html.append("<dt>")
                .append(name)
                .append("</dt><dd>")
                .append(Html.escape(String.valueOf(value)))
                .append("</dd>"));
    return html.append("</dl>").toString();
  }

  private String controls() {
    var chips = new StringBuilder();
    for (int m = 0; m < overview.methods().size(); m++) {
      chips.append(
          ("<button type=\"button\" class=\"%s\" data-method=\"%d\" "
                  + "aria-pressed=\"true\">%s</button>")
              .formatted(Html.colour(m), m, Html.escape(overview.methods().get(m))));
    }
    return Template.fill("controls.html", Map.of("methods", chips.toString()));
  }

  private void section(String id, String title, List<String> intro, String body) {
    contents.put(id, title);
    sections.append(
        Template.fill(
            "section.html",
            Map.of(
                "id", id, "title", Html.escape(title), "intro", paragraphs(intro), "body", body)));
  }

  private String links() {
    var html = new StringBuilder();
    contents.forEach(
        (id, title) ->
            html.append("<li><a href=\"#")
                .append(id)
                .append("\">")
                .append(Html.escape(title))
                .append("</a></li>"));
    return html.toString();
  }

  private static String paragraphs(List<String> texts) {
    var html = new StringBuilder();
    texts.forEach(text -> html.append("<p>").append(Html.escape(text)).append("</p>\n"));
    return html.toString();
  }

  private static String lower(String title) {
    return title.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + title.substring(1);
  }

  private static String quoted(String path) {
    return path.matches("[\\w./:@%+=-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
