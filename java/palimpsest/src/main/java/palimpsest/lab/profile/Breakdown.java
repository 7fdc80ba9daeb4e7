package palimpsest.lab.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import palimpsest.ops.Place.Phase;
import palimpsest.ops.profile.Span;
import palimpsest.ops.profile.StepTimeline;
import palimpsest.ops.work.Ceilings;
import palimpsest.ops.work.Work;

/**
 * The time of recorded steps, by phase and operation, and by part of the model. All is per step,
 * the lanes' times added up: a share is of lanes times the step's seconds.
 */
final class Breakdown {
  private final List<StepTimeline> steps;
  private final Ceilings on;
  private final boolean inStream;
  private final double laneSeconds;

  /**
   * @param on what one lane does at most
   * @param inStream whether operations run in a stream, behind Java's back
   */
  Breakdown(List<StepTimeline> steps, Ceilings on, boolean inStream) {
    this.inStream = inStream;
    this.steps = steps;
    this.on = on;
    laneSeconds = steps.stream().mapToDouble(step -> step.seconds() * step.lanes()).sum();
  }

  /** Calls that are told apart by what they do and where. */
  private static final class Sum {
    int calls;
    double seconds;
    double floor;
    Work work = Work.NONE;

    void add(Span span, Ceilings on) {
      calls++;
      seconds += span.seconds();
      floor += span.work().floor(on);
      work = work.plus(span.work());
    }
  }

  /** By phase, in order, and operation, the longest first. */
  List<ProfileReport.Row> rows() {
    Map<Phase, Map<String, Sum>> sums = new EnumMap<>(Phase.class);
    Map<String, String> families = new LinkedHashMap<>();
    for (StepTimeline step : steps) {
      for (Span span : step.spans()) {
        families.put(span.operation(), span.family());
        sums.computeIfAbsent(span.place().phase(), _ -> new LinkedHashMap<>())
            .computeIfAbsent(span.operation(), _ -> new Sum())
            .add(span, on);
      }
    }
    List<ProfileReport.Row> rows = new ArrayList<>();
    sums.forEach(
        (phase, operations) ->
            operations.entrySet().stream()
                .sorted(Comparator.comparingDouble(entry -> -entry.getValue().seconds))
                .forEach(
                    entry ->
                        rows.add(
                            row(
                                phase,
                                entry.getKey(),
                                families.get(entry.getKey()),
                                entry.getValue()))));
    return rows;
  }

  private ProfileReport.Row row(Phase phase, String operation, String family, Sum sum) {
    int count = steps.size();
    return new ProfileReport.Row(
        phase.word(),
        operation,
        family,
        (double) sum.calls / count,
        sum.seconds / count,
        sum.seconds / laneSeconds,
        sum.work.bytes() / count,
        sum.work.flops() / count,
        sum.floor / count,
        sum.floor / sum.seconds,
        sum.work.bound(on).name().toLowerCase(Locale.ROOT));
  }

  /** By phase and part of the model, in the order of the step. */
  List<ProfileReport.Part> parts() {
    Map<String, Sum> sums = new LinkedHashMap<>();
    Map<String, String> phases = new LinkedHashMap<>();
    for (StepTimeline step : steps) {
      for (Span span : step.spans()) {
        String label = span.place().label();
        phases.put(label, span.place().phase().word());
        sums.computeIfAbsent(label, _ -> new Sum()).add(span, on);
      }
    }
    List<ProfileReport.Part> parts = new ArrayList<>();
    sums.forEach(
        (label, sum) ->
            parts.add(
                new ProfileReport.Part(
                    phases.get(label),
                    label,
                    sum.seconds / steps.size(),
                    sum.seconds / laneSeconds)));
    return parts;
  }

  /** Where no operation ran. */
  ProfileReport.Gaps gaps() {
    double operations = 0;
    double tasks = 0;
    List<Double> gaps = new ArrayList<>();
    for (StepTimeline step : steps) {
      operations += step.spans().stream().mapToDouble(Span::seconds).sum();
      tasks += step.tasks().stream().mapToDouble(task -> task.end() - task.start()).sum();
      for (int lane = 0; lane < step.lanes(); lane++) {
        addGaps(gaps, step, lane);
      }
    }
    double host = inStream ? laneSeconds - operations : Math.max(0, tasks - operations);
    double waiting = Math.max(0, laneSeconds - operations - host);
    return ProfileReport.Gaps.of(gaps, steps.size(), host, waiting, laneSeconds);
  }

  private static void addGaps(List<Double> gaps, StepTimeline step, int lane) {
    double end = 0;
    for (Span span : step.spans()) {
      if (span.lane() == lane) {
        if (span.start() > end) {
          gaps.add(span.start() - end);
        }
        end = Math.max(end, span.end());
      }
    }
  }
}
