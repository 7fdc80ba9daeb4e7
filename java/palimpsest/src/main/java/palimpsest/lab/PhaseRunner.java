package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import palimpsest.io.AtomicFiles;
import palimpsest.train.LogLine;

/** Finds the phases of a run, or trains them, and tells the run's log of both alike. */
final class PhaseRunner {
  private static final String OUTCOME = "outcome.json";

  private final PhaseStore store;
  private final Path predictions;
  private final Consumer<LogLine> log;
  private final Watch watch;
  private final List<String> finished = new ArrayList<>();

  /**
   * @param predictions the folder of the run with the answers of each phase
   * @param log of the run
   */
  PhaseRunner(PhaseStore store, Path predictions, Consumer<LogLine> log, Watch watch) {
    this.store = store;
    this.predictions = predictions;
    this.log = log;
    this.watch = watch;
  }

  /** The phase, found or trained. */
  PhaseStore.Found finish(Phase<?> phase) {
    PhaseStore.Found found =
        store
            .find(phase.stored(), phase.label().folder())
            .map(there -> recall(phase, there))
            .orElseGet(() -> train(phase, log));
    copyPredictions(phase, found.folder());
    finished.add(phase.label().folder());
    return found;
  }

  /** The phase with its weights, which the run did not keep: out of the cache, or trained again. */
  PhaseStore.Found bringBack(Phase<?> phase) {
    return store
        .fromCache(phase.stored(), phase.label().folder())
        .orElseGet(() -> train(phase, line -> {}));
  }

  <T extends Outcome> T outcome(Phase<T> phase, Path folder) {
    try {
      return OutcomeJson.MAPPER.readValue(
          Files.readAllBytes(folder.resolve(OUTCOME)), phase.type());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets the weights of all finished phases but the last so many. */
  void keepLast(int count) {
    finished.subList(0, Math.max(0, finished.size() - count)).forEach(store::dropWeights);
  }

  private PhaseStore.Found train(Phase<?> phase, Consumer<LogLine> live) {
    watch.started(phase.label(), phase.effort());
    var summary = new StringBuilder();
    PhaseStore.Found trained =
        store.keep(
            phase.stored(),
            phase.label().folder(),
            underway -> {
              Outcome outcome = train(phase, underway, live, watch);
              AtomicFiles.write(
                  underway.resolve(OUTCOME), OutcomeJson.MAPPER.writeValueAsBytes(outcome));
              summary.append(outcome.summary());
            });
    watch.finished(summary.toString());
    return trained;
  }

  private static Outcome train(Phase<?> phase, Path underway, Consumer<LogLine> live, Watch watch)
      throws IOException {
    try (var folder = new PhaseFolder(underway, phase.stored(), live, watch::note)) {
      return phase.training().run(folder);
    }
  }

  /** Tells the log what it was told when the phase was trained. */
  private PhaseStore.Found recall(Phase<?> phase, PhaseStore.Found found) {
    watch.found(phase.label(), phase.effort(), found.cached());
    PhaseFolder.tell(found.folder().resolve(PhaseFolder.LOG), log);
    return found;
  }

  private void copyPredictions(Phase<?> phase, Path folder) {
    Path file = predictions.resolve(phase.label().folder() + ".jsonl");
    AtomicFiles.createFolders(file.getParent());
    AtomicFiles.write(file, out -> Files.copy(folder.resolve(PhaseFolder.PREDICTIONS), out));
  }
}
