package palimpsest.lab;

import java.time.Duration;
import palimpsest.train.StepReport;

/** Tells the watcher of a run what happens, with the number of each phase and the time left. */
final class Watch {
  private final Progress progress;
  private final Forecast forecast;
  private final int phases;
  private int number;
  private Phase.Effort effort;
  private boolean told;
  private Found found;
  private int foundCount;

  Watch(Progress progress, Forecast forecast, int phases) {
    this.progress = progress;
    this.forecast = forecast;
    this.phases = phases;
  }

  /** Phases of a seed that were found where. */
  private record Found(long seed, boolean cached) {}

  /** A phase is trained. */
  void started(Phase.Label label, Phase.Effort expected) {
    tellFound();
    number = Math.min(number + 1, phases);
    effort = expected;
    forecast.begin(effort.work());
    progress.started(
        new Progress.Phase(
            number,
            phases,
            label.seed(),
            label.from() == null ? label.phase() : label.phase() + " " + label.from(),
            label.method() == null ? "" : label.method(),
            effort.steps()));
  }

  /** The phase that was started goes on where it was left. */
  void resumed(Phase.Label label, int steps) {
    forecast.skip(effort.work() * steps / effort.steps());
    progress.note("%s: goes on after step %d".formatted(label.text(), steps));
  }

  /** A phase was found done; said once for all of a seed that follow one another. */
  void found(Phase.Label label, Phase.Effort effort, boolean cached) {
    number = Math.min(number + 1, phases);
    forecast.end(effort.work());
    var same = new Found(label.seed(), cached);
    if (!same.equals(found)) {
      tellFound();
      found = same;
    }
    foundCount++;
  }

  /** Says what was found, if that was not said yet. */
  void tellFound() {
    if (found != null) {
      progress.note(
          "seed %d: %d %s"
              .formatted(
                  found.seed(),
                  foundCount,
                  (foundCount == 1 ? "phase " : "phases ")
                      + (found.cached() ? "taken from the cache" : "done before")));
    }
    found = null;
    foundCount = 0;
  }

  void stepped(StepReport report, double tokensPerSecond) {
    forecast.advance(report.tokens() * effort.position());
    var remaining = forecast.remaining();
    progress.step(new Progress.Step(report.step(), report.loss(), tokensPerSecond, remaining));
    if (!told && remaining.isPresent()) {
      told = true;
      progress.note("about %s left for the whole run".formatted(rough(remaining.get())));
    }
  }

  void scored(long positions) {
    forecast.advance(positions * Forecast.SCORING * effort.position());
  }

  void finished(String outcome) {
    forecast.end(effort.work());
    progress.finished(outcome);
  }

  void note(String line) {
    progress.note(line);
  }

  /** {@code 40 s}, {@code 3 min}, {@code 2.5 h}. */
  static String rough(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 90) {
      return "%d s".formatted(Math.max(10, (seconds + 5) / 10 * 10));
    }
    return seconds < 5400
        ? "%d min".formatted((seconds + 30) / 60)
        : "%.1f h".formatted(seconds / 3600.0);
  }
}
