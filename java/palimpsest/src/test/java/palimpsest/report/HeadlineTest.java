package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import palimpsest.report.Results.CurvePoint;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Score;

class HeadlineTest {
  @Test
  void tellsTheCollapseAndTheReturn() {
    Headline headline = Headline.of(MadeUpResults.tiny());
    String title = plain(headline.title());
    assertTrue(
        title.matches(
            "Task 0 fell from 98 % to 1\\d % within (40|60|80|100) steps, while task 1 had learned"
                + " only [78] %; retraining brought it back to 99 %"),
        title);
    String text = plain(String.join("\n", headline.paragraphs()));
    assertTrue(text.contains("Retrained for 150 steps"), text);
    assertTrue(text.contains("pretrained model, which no question was ever asked, to 97"), text);
    assertTrue(text.contains("really lost"), text);
    assertTrue(text.contains("80 % fewer steps"), text);
    assertTrue(
        text.matches("(?s).*freeze:2 3\\d\\.\\d % \\(\\+\\d\\d\\.\\d ± .* points\\).*"), text);
    assertTrue(text.contains("Means over 5 seeds"), text);
  }

  @Test
  void saysWhenThereWasNothingToForget() {
    Headline headline = Headline.of(MadeUpResults.minimal());
    String title = plain(headline.title());
    assertTrue(title.startsWith("There was little to forget"), title);
    assertTrue(title.contains("only 5 %"), title);
    String text = String.join("\n", headline.paragraphs());
    assertFalse(text.contains("brought"), text);
    assertTrue(text.contains("One seed"), text);
  }

  @Test
  void saysWhenNothingCollapsed() {
    Results steady = changed(HeadlineTest::withSteadyCurve);
    String title = plain(Headline.of(steady).title());
    assertTrue(
        title.startsWith("Task 0 did not collapse: from 98 % it fell no lower than 9"), title);
    assertFalse(plain(String.join("\n", Headline.of(steady).paragraphs())).contains("Retrained"));
  }

  @Test
  void saysWhenRetrainingDidNotHelp() {
    Results lost = changed(HeadlineTest::withoutRecovery);
    String title = plain(Headline.of(lost).title());
    assertTrue(title.endsWith("; retraining brought back only 30 %"), title);
  }

  @Test
  void saysWhenSavingsAreNone() {
    Results none = changed(HeadlineTest::withNegativeSavings);
    String text = plain(String.join("\n", Headline.of(none).paragraphs()));
    assertTrue(text.contains("comes back no faster than this control"), text);
  }

  @Test
  void namesAMethodThatDidNotLearnTheNewTask() {
    Results tiny = MadeUpResults.tiny();
    Results unreached = changed("freeze:2", HeadlineTest::withoutMatch, tiny);
    String text = plain(String.join("\n", Headline.of(unreached).paragraphs()));
    assertTrue(text.contains("freeze:2 did not learn task 1 that far"), text);
    Results referenceUnreached = changed("seq", HeadlineTest::withoutMatch, tiny);
    text = plain(String.join("\n", Headline.of(referenceUnreached).paragraphs()));
    assertTrue(text.contains("seq did not learn task 1 to 99 %"), text);
  }

  @Test
  void callsADifferenceWithinItsIntervalUnreliable() {
    Results tiny = MadeUpResults.tiny();
    var runs = new ArrayList<Run>();
    for (int i = 0; i < tiny.runs().size(); i++) {
      Run run = tiny.runs().get(i);
      var methods = new LinkedHashMap<>(run.methods());
      // As good as seq: its own results, better on some seeds and worse on others.
      Method seq = methods.get("seq");
      methods.put("freeze:2", shifted(seq, i % 2 == 0 ? .02 : -.02));
      runs.add(new Run(run.seed(), run.pretrain(), run.floor(), methods));
    }
    String text = plain(String.join("\n", Headline.of(with(tiny, runs)).paragraphs()));
    assertTrue(text.matches("(?s).*freeze:2 [^;]*no reliable difference.*"), text);
    assertFalse(text.matches("(?s).*replay:0.2 [^;]*no reliable difference.*"), text);
  }

  @Test
  void withoutMethodsThereIsStillATitle() {
    Results empty = new Results(1, "v", "p", null, null, null, List.of(), null);
    assertEquals("This run has no scores of task 0 from before task 1", Headline.of(empty).title());
  }

  private static Results changed(UnaryOperator<Method> change) {
    return changed("seq", change, MadeUpResults.tiny());
  }

  private static Results changed(String name, UnaryOperator<Method> change, Results results) {
    var runs = new ArrayList<Run>();
    for (Run run : results.runs()) {
      var methods = new LinkedHashMap<>(run.methods());
      methods.computeIfPresent(name, (key, method) -> change.apply(method));
      runs.add(new Run(run.seed(), run.pretrain(), run.floor(), methods));
    }
    return with(results, runs);
  }

  private static Results with(Results results, List<Run> runs) {
    return Results.of(
        results.version(),
        results.preset(),
        results.device(),
        results.model(),
        results.tasks(),
        runs);
  }

  private static Method withSteadyCurve(Method method) {
    var curve =
        method.curve().stream()
            .map(
                point ->
                    new CurvePoint(
                        1,
                        point.step(),
                        point.bioRecall(),
                        List.of(new Score(0, "dev", .93, .95, null))))
            .toList();
    return new Method(
        method.before(),
        curve,
        method.matched(),
        method.finalScores(),
        method.stopped(),
        method.recovery(),
        method.matrix(),
        method.metrics(),
        method.cost(),
        null);
  }

  private static Method withoutRecovery(Method method) {
    var curve = List.of(new Results.RecoveryPoint(150, .30, .35));
    var old = method.recovery();
    return recovered(
        method,
        new Results.Recovery(
            new Results.RecoveryCurve(80, curve),
            new Results.RecoveryCurve(900, curve),
            old.control(),
            old.stepsTo90(),
            new Results.Savings(null, null),
            null));
  }

  private static Method withNegativeSavings(Method method) {
    var old = method.recovery();
    return recovered(
        method,
        new Results.Recovery(
            old.early(),
            old.last(),
            old.control(),
            old.stepsTo90(),
            new Results.Savings(-.2, -.3),
            null));
  }

  private static Method recovered(Method method, Results.Recovery recovery) {
    return new Method(
        method.before(),
        method.curve(),
        method.matched(),
        method.finalScores(),
        method.stopped(),
        recovery,
        method.matrix(),
        method.metrics(),
        method.cost(),
        null);
  }

  private static Method withoutMatch(Method method) {
    return matched(method, new LinkedHashMap<>());
  }

  private static Method shifted(Method method, double shift) {
    var matched = new LinkedHashMap<String, Results.Matched>();
    method
        .matched()
        .forEach(
            (threshold, at) ->
                matched.put(
                    threshold,
                    new Results.Matched(
                        at.step(),
                        at.scores().stream()
                            .map(
                                score ->
                                    new Score(
                                        score.task(),
                                        score.split(),
                                        score.exactMatch() + shift,
                                        score.firstToken(),
                                        score.loss()))
                            .toList())));
    return matched(method, matched);
  }

  private static Method matched(Method method, Map<String, Results.Matched> matched) {
    return new Method(
        method.before(),
        method.curve(),
        matched,
        method.finalScores(),
        method.stopped(),
        method.recovery(),
        method.matrix(),
        method.metrics(),
        method.cost(),
        null);
  }

  /** The narrow and the fixed spaces of the page as plain ones. */
  private static String plain(String text) {
    return text.replace('\u202f', ' ').replace('\u00a0', ' ');
  }
}
