package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;
import palimpsest.continual.Metric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportPageTest {
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void isMadeOfTheRunFolderAlone() throws IOException {
    MadeUpResults.tiny().write(folder.resolve("results.json"));
    Files.writeString(folder.resolve("config.yaml"), "preset: tiny # <all> of it\n");
    Path page = ReportPage.write(folder);
    assertEquals(folder.resolve("report.html"), page);
    String html = Files.readString(page);
    assertTrue(html.contains("preset: tiny # &lt;all&gt; of it"));
    assertTrue(html.contains("./palimpsest run " + folder.resolve("config.yaml")));
    String first = html;
    ReportPage.write(folder);
    assertEquals(first, Files.readString(page));
  }

  @Test
  void needsNoNetwork() {
    String html = html(MadeUpResults.tiny());
    assertFalse(Pattern.compile("(src|href)=[\"'](?!#)").matcher(html).find(), "a link outwards");
    assertFalse(html.contains("sourceMappingURL"));
    assertFalse(html.contains("@import"));
    assertTrue(html.contains("default-src 'none'"));
    assertTrue(html.contains("Chart.js v4.5.1"));
    assertTrue(html.contains("The MIT License (MIT)"));
    assertFalse(html.contains("{{"), "a place that was not filled");
  }

  @Test
  void saysWhatTheRunShowed() {
    String html = html(MadeUpResults.tiny());
    assertTrue(html.contains(Html.escape(Headline.of(MadeUpResults.tiny()).title())));
    for (Metric<?> metric : MethodMetrics.all()) {
      assertTrue(html.contains(metric.title()), metric.title());
    }
    for (RecoveryMetric metric : RecoveryMetric.ALL) {
      assertTrue(html.contains(metric.title()), metric.title());
    }
    assertTrue(html.contains("averages tasks that generalise with tasks that memorise"));
    assertTrue(html.contains("id=\"losses\""));
    assertTrue(html.contains("people trained on"));
    assertTrue(html.contains("Σ<sub>j&lt;T−1</sub> (max<sub>j≤l&lt;T−1</sub> R[l][j]"));
    for (String attribute : MadeUpResults.ATTRIBUTES) {
      assertTrue(html.contains(">" + attribute.replace('_', ' ') + "<"), attribute);
    }
    assertTrue(html.contains("OpenBLAS 0.3.31 core SkylakeX"));
    assertFalse(html.contains("not reached<"));
  }

  @Test
  void everyChartHasItsPlaceAndItsWords() {
    String html = html(MadeUpResults.tiny());
    JsonNode data = data(html);
    assertEquals(3, data.get("panels").size(), "task 0, task 1, biographies");
    for (JsonNode panel : data.get("panels")) {
      assertTrue(html.contains("<canvas id=\"" + panel.get("id").stringValue() + "\""));
      assertTrue(html.contains("<canvas id=\"" + panel.get("id").stringValue() + "-enlarged\""));
    }
    for (JsonNode recovery : data.get("recoveries")) {
      assertTrue(
          html.contains("<canvas id=\"recovery-" + recovery.get("method").intValue() + "\""));
    }
    Matcher canvas = Pattern.compile("<canvas[^>]*>").matcher(html);
    int canvases = 0;
    for (; canvas.find(); canvases++) {
      assertTrue(canvas.group().contains("role=\"img\" aria-label=\""), canvas.group());
    }
    assertEquals(3 * 2 + 3 + 2 + 1, canvases);
  }

  @Test
  void theMeanMixesNoStepsOfFewerSeeds() {
    var whole = List.of(point(0, .9), point(20, .5), point(40, .1));
    var shorter = List.of(point(0, .7), point(20, .3));
    assertEquals(List.of(point(0, .8), point(20, .4)), ChartData.mean(List.of(whole, shorter)));
  }

  @Test
  void whatWasNotMeasuredIsSaidOrLeftOut() {
    String html = html(MadeUpResults.minimal());
    assertTrue(html.contains("not reached"));
    assertFalse(html.contains("id=\"recovery\""));
    assertFalse(html.contains("id=\"attributes\""));
    String written = html.substring(0, html.indexOf("<script"));
    assertFalse(written.contains("null"), "a value that is not there");
    assertFalse(written.contains("NaN"));
    assertTrue(data(html).get("story").isNull());
  }

  @Test
  void foreignTextCannotBecomePartOfThePage() {
    String nasty = "</script><script>alert(1)</script><!--\"'&";
    Results tiny = MadeUpResults.tiny();
    Results.Method method = tiny.runs().getFirst().methods().get("seq");
    var run =
        new Results.Run(1, null, null, Map.of(nasty, method, "{{css}}", method, "$1\\", method));
    var device = new Results.Device(nasty, nasty, 1, nasty);
    var tasks =
        List.of(new Results.Task(0, nasty, "generalise"), new Results.Task(1, nasty, "memorise"));
    Results results = Results.of(nasty, nasty, device, tiny.model(), tasks, List.of(run));
    String html = ReportPage.html(results, nasty, Path.of("a b'c"));
    assertFalse(html.contains("<script>alert"));
    assertFalse(html.contains("</script><script>a"));
    assertFalse(html.contains("<!--\""));
    assertTrue(html.contains("{{css}}"), "what is filled in is not filled again");
    var names = data(html).get("methods").valueStream().map(JsonNode::stringValue).toList();
    assertTrue(names.containsAll(List.of(nasty, "{{css}}", "$1\\")), names.toString());
  }

  @Test
  void methodsBeyondTheColoursAreToldApart() {
    String html = html(MadeUpResults.crowded());
    assertTrue(html.contains("class=\"m0\" data-method=\"0\""));
    assertTrue(html.contains("class=\"m0 again\" data-method=\"8\""));
    assertTrue(data(html).get("panels").get(0).get("lines").get(0).get("seeds").isEmpty());
  }

  @Test
  void repeatsAreShownApart() {
    Results tiny = MadeUpResults.tiny();
    Results.Run first = tiny.runs().getFirst();
    Results.Method seq = first.methods().get("seq");
    var repeated =
        new Results.Method(
            seq.before(),
            seq.curve(),
            seq.matched(),
            seq.finalScores(),
            seq.stopped(),
            seq.recovery(),
            seq.matrix(),
            seq.metrics(),
            seq.cost(),
            List.of(seq, seq));
    var run = new Results.Run(1, first.pretrain(), first.floor(), Map.of("seq", repeated));
    String html =
        html(Results.of("v", "p", tiny.device(), tiny.model(), tiny.tasks(), List.of(run)));
    assertTrue(html.contains("Fine-tuning repeated on the same seed"));
    assertFalse(html(tiny).contains("Fine-tuning repeated"));
  }

  @Test
  void whatIsNotARunIsRefused() throws IOException {
    assertMistake(folder.resolve("none"), "no such folder");
    assertMistake(folder, "not the folder of a run: it holds no results.json");
    Files.writeString(folder.resolve("config.yaml"), "preset: tiny\n");
    assertMistake(folder, "no results yet; palimpsest run --resume");
    Files.writeString(folder.resolve("results.json"), "{\"schema\": 1, \"device\": {}, ");
    assertMistake(folder, "results.json: line 1");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertMistake(file, "not a folder");
    assertFalse(Files.exists(folder.resolve("report.html")));
  }

  @Test
  void everyAnalysisAddsItsSection() {
    MadeUpFindings.write(folder);
    String html = ReportPage.html(MadeUpResults.tiny(), "preset: tiny\n", folder);
    for (String analysis : AnalysisSections.names()) {
      assertTrue(html.contains("<section id=\"analysis-%s\"".formatted(analysis)), analysis);
      assertTrue(html.contains("href=\"#analysis-%s\"".formatted(analysis)), analysis);
    }
    assertFalse(html(MadeUpResults.tiny()).contains("analysis-"), "a run without analyses");
  }

  @Test
  void aDamagedAnalysisIsRefusedByName() throws IOException {
    MadeUpResults.tiny().write(folder.resolve("results.json"));
    Path file = Files.createDirectory(folder.resolve("analysis")).resolve("landscape.json");
    Files.writeString(file, "{");
    assertMistake(folder, "landscape.json: cannot be read");
    Files.writeString(
        file, "{\"schema\": 9, \"analysis\": \"x\", \"about\": {}, \"findings\": {}}");
    assertMistake(folder, "this version reads schema 1");
  }

  /** Where there is a browser: the page's scripts draw every chart without a mistake. */
  @Test
  void aBrowserDrawsEveryChart() throws IOException, InterruptedException {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "no Chromium");
    MadeUpFindings.write(folder);
    String html = ReportPage.html(MadeUpResults.tiny(), "preset: tiny\n", folder);
    Path page = Files.writeString(folder.resolve("page.html"), html);
    Path output = folder.resolve("dom.html");
    Path said = folder.resolve("said.txt");
    int exit =
        new ProcessBuilder(
                browser.get().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--user-data-dir=" + Path.of("target", "chromium").toAbsolutePath(),
                "--dump-dom",
                page.toUri().toString())
            .redirectOutput(output.toFile())
            .redirectError(said.toFile())
            .start()
            .waitFor();
    assumeTrue(exit == 0, "Chromium does not start here");
    String dom = Files.readString(output, StandardCharsets.UTF_8);
    int charts = html.split("<canvas ", -1).length - 1;
    assertTrue(charts > 15, charts + " charts");
    assertTrue(
        dom.contains("data-charts=\"%d\"".formatted(charts)),
        dom.lines().limit(2).toList().toString());
    assertEquals(
        List.of(), Files.readAllLines(said).stream().filter(l -> l.contains("CONSOLE")).toList());
  }

  private static Optional<Path> browser() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name -> Stream.of(path.split(File.pathSeparator)).map(entry -> Path.of(entry, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void assertMistake(Path runFolder, String expected) {
    String message =
        assertThrows(UserException.class, () -> ReportPage.write(runFolder)).getMessage();
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static ChartData.Point point(int step, double share) {
    return new ChartData.Point(step, share, share);
  }

  private static String html(Results results) {
    return ReportPage.html(results, "preset: tiny\n", Path.of("runs/tiny"));
  }

  private static JsonNode data(String html) {
    Matcher data = DATA.matcher(html);
    assertTrue(data.find());
    return new JsonMapper().readTree(data.group(1));
  }
}
