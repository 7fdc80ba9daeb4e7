package palimpsest.report;

import static palimpsest.report.Numbers.percent;
import static palimpsest.report.Numbers.points;
import static palimpsest.report.Numbers.wholePercent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import palimpsest.report.Results.RecoveryPoint;
import palimpsest.report.Results.Statistic;

/**
 * What a run showed, in words with the numbers it measured; and that it did not show it, where it
 * did not.
 *
 * @param title the finding in one sentence
 * @param paragraphs what stands behind it
 */
public record Headline(String title, List<String> paragraphs) {
  /**
   * Above the most frequent answers by this much, and half the questions, a task counts as known.
   */
  private static final double OVER_FLOOR = 0.25;

  /** Left of what was there before, at most, for the word "fell". */
  private static final double COLLAPSED_SHARE = 0.5;

  /** Of what was there before, at least, for the words "brought back". */
  private static final double RECOVERED_SHARE = 0.8;

  /** A new task below this has hardly begun to be learned. */
  private static final double HARDLY_LEARNED = 0.15;

  /** Methods told in a sentence; the others are in the table. */
  private static final int TOLD_METHODS = 4;

  public Headline {
    paragraphs = List.copyOf(paragraphs);
  }

  public static Headline of(Results results) {
    return of(new Overview(results));
  }

  static Headline of(Overview overview) {
    var paragraphs = new ArrayList<String>();
    if (collapsed(overview)) {
      paragraphs.add(recovery(overview));
    }
    if (learned(overview)) {
      paragraphs.add(methods(overview));
    } else {
      paragraphs.add(
          "Forgetting can only be seen in what was known: pretraining and task 0 have to succeed"
              + " first, which the presets tiny and small are made for.");
    }
    paragraphs.add(seeds(overview));
    paragraphs.removeIf(String::isEmpty);
    return new Headline(title(overview), paragraphs);
  }

  private static String title(Overview overview) {
    Double before = overview.mean(overview.told(), Quantity.BEFORE);
    Double minimum = overview.mean(overview.told(), Quantity.MINIMUM);
    if (before == null) {
      return "This run has no scores of task 0 from before task 1";
    }
    if (!learned(overview)) {
      return ("There was little to forget: before task 1, task 0 reached only %s on "
              + "held-out people%s")
          .formatted(wholePercent(before), floor(overview));
    }
    if (minimum == null) {
      return "Task 0 stood at %s before task 1; its first %d steps were not measured"
          .formatted(wholePercent(before), Measured.EARLY_STEPS);
    }
    if (!collapsed(overview)) {
      return ("Task 0 did not collapse: from %s it fell no lower than %s in the first %d "
              + "steps of task 1")
          .formatted(wholePercent(before), wholePercent(minimum), Measured.EARLY_STEPS);
    }
    return "Task 0 fell from %s to\u00a0%s within %s\u00a0steps%s%s"
        .formatted(
            wholePercent(before),
            wholePercent(minimum),
            Numbers.decimal(latestMinimum(overview), 0),
            newTask(overview),
            broughtBack(overview));
  }

  private static boolean learned(Overview overview) {
    Double before = overview.mean(overview.told(), Quantity.BEFORE);
    Double floor = overview.floorExact(0);
    return before != null && before >= Math.max(0.5, (floor == null ? 0 : floor) + OVER_FLOOR);
  }

  private static boolean collapsed(Overview overview) {
    Double before = overview.mean(overview.told(), Quantity.BEFORE);
    Double minimum = overview.mean(overview.told(), Quantity.MINIMUM);
    return learned(overview) && minimum != null && minimum <= COLLAPSED_SHARE * before;
  }

  private static String floor(Overview overview) {
    Double floor = overview.floorExact(0);
    return floor == null
        ? ""
        : " (always giving the most frequent answer scores %s)".formatted(wholePercent(floor));
  }

  /** By this step every seed had its lowest point. */
  private static Double latestMinimum(Overview overview) {
    return overview.of(overview.told(), Quantity.MINIMUM_STEP).values().stream()
        .filter(Objects::nonNull)
        .max(Double::compare)
        .orElse(null);
  }

  private static String newTask(Overview overview) {
    Double there = overview.mean(overview.told(), Quantity.NEW_TASK_AT_MINIMUM);
    if (there == null) {
      return "";
    }
    return there <= HARDLY_LEARNED
        ? ", while task 1 had learned only\u00a0" + wholePercent(there)
        : ", while task 1 rose to " + wholePercent(there);
  }

  private static String broughtBack(Overview overview) {
    String method = overview.told();
    boolean early = overview.mean(method, Quantity.EARLY_SHARE) != null;
    Double share = overview.mean(method, early ? Quantity.EARLY_SHARE : Quantity.LAST_SHARE);
    Double recovered = overview.mean(method, early ? Quantity.EARLY : Quantity.LAST);
    if (share == null) {
      return "";
    }
    return share >= RECOVERED_SHARE
        ? "; retraining brought it back to\u00a0" + wholePercent(recovered)
        : "; retraining brought back only " + wholePercent(recovered);
  }

  private static String recovery(Overview overview) {
    String method = overview.told();
    Double early = overview.mean(method, Quantity.EARLY);
    Double last = overview.mean(method, Quantity.LAST);
    Double control = overview.mean(method, Quantity.CONTROL);
    if (early == null && last == null) {
      return "";
    }
    var starts = new ArrayList<String>();
    if (early != null) {
      starts.add(
          "%s again from the early checkpoint (%s of the score before)"
              .formatted(
                  percent(early), wholePercent(overview.mean(method, Quantity.EARLY_SHARE))));
    }
    if (last != null) {
      starts.add(
          "%s from the end of %s (%s)"
              .formatted(
                  percent(last),
                  overview.lastTask(),
                  wholePercent(overview.mean(method, Quantity.LAST_SHARE))));
    }
    var text =
        new StringBuilder(
            "Retrained for %d steps on questions about other people, it answers "
                .formatted(recoverySteps(overview, method)));
    text.append(String.join(" and ", starts));
    text.append(". ").append(control(overview, control, last));
    return text.append(savings(overview, method)).toString().strip();
  }

  private static int recoverySteps(Overview overview, String method) {
    return overview.runsOf(method).stream()
        .filter(run -> run != null && run.recovery() != null)
        .map(run -> new Measured(overview.results().tasks(), run))
        .map(run -> run.earlyCurve().isEmpty() ? run.lastCurve() : run.earlyCurve())
        .filter(curve -> !curve.isEmpty())
        .map(List::getLast)
        .mapToInt(RecoveryPoint::step)
        .max()
        .orElse(0);
  }

  private static String control(Overview overview, Double control, Double last) {
    if (control == null) {
      return "There is no control to set this beside. ";
    }
    String text =
        "The same retraining takes the pretrained model, which no question was ever asked, to %s. "
            .formatted(percent(control));
    return last != null && last < control - 0.02
        ? text
            + "The %s points that the end of %s stays below it were really lost. "
                .formatted(Numbers.decimal(100 * (control - last), 1), overview.lastTask())
        : text;
  }

  private static String savings(Overview overview, String method) {
    Statistic savings = overview.of(method, Quantity.EARLY_SAVINGS);
    Double saved = savings.mean();
    if (saved == null) {
      return "";
    }
    String seeds =
        savings.n() < overview.seeds()
            ? " (on the %d of %d seeds where both got there)"
                .formatted(savings.n(), overview.seeds())
            : "";
    return saved > 0
        ? ("To 90\u202f%% of the score before, the collapsed model needs %s fewer steps "
                + "than this control%s.")
            .formatted(wholePercent(saved), seeds)
        : "The collapsed model comes back no faster than this control: its alignment was lost, not"
            + " only hidden.";
  }

  private static String methods(Overview overview) {
    String reference = overview.told();
    Statistic referenceMatched = overview.of(reference, Quantity.MATCHED);
    List<String> others =
        overview.methods().stream().filter(method -> !method.equals(reference)).toList();
    List<String> told = others.size() <= TOLD_METHODS ? others : best(overview, others);
    if (referenceMatched.mean() == null) {
      return "%s did not learn %s to 99\u202f%%, so methods cannot be compared there."
          .formatted(reference, overview.lastTask());
    }
    var text =
        new StringBuilder(
            "Once 99\u202f%% of %s is learned, %s still answers %s of task 0"
                .formatted(overview.lastTask(), reference, percent(referenceMatched)));
    for (String method : told) {
      text.append("; ").append(method).append(' ').append(kept(overview, method));
    }
    text.append('.');
    if (told.size() < others.size()) {
      text.append(" These keep most; every method is in the table below.");
    }
    return text.toString();
  }

  private static List<String> best(Overview overview, List<String> methods) {
    return methods.stream()
        .filter(method -> overview.mean(method, Quantity.MATCHED) != null)
        .sorted(
            Comparator.comparingDouble((String method) -> -overview.mean(method, Quantity.MATCHED)))
        .limit(TOLD_METHODS)
        .toList();
  }

  private static String kept(Overview overview, String method) {
    Statistic matched = overview.of(method, Quantity.MATCHED);
    if (matched.mean() == null) {
      return "did not learn " + overview.lastTask() + " that far";
    }
    String seeds =
        matched.n() < overview.seeds()
            ? " on the %d of %d seeds that got there".formatted(matched.n(), overview.seeds())
            : "";
    return percent(matched.mean()) + seeds + " (" + verdict(matched) + ")";
  }

  private static String verdict(Statistic matched) {
    if (matched.differenceToSeq() == null) {
      return "no pair to compare";
    }
    String difference = points(matched.differenceToSeq(), matched.differenceCi95()) + " points";
    if (matched.differenceCi95() == null) {
      return difference;
    }
    return Math.abs(matched.differenceToSeq()) > matched.differenceCi95()
        ? difference
        : difference + ", no reliable difference";
  }

  private static String seeds(Overview overview) {
    return overview.seeds() == 1
        ? "One seed: there is no interval, and a difference between methods may be chance."
        : ("Means over %d seeds, each with people, weights and order of its own; ± is the"
                + " 95\u202f%% interval, differences are paired by seed.")
            .formatted(overview.seeds());
  }
}
