package palimpsest.lab;

import java.nio.file.Path;
import java.util.List;
import palimpsest.data.Batch;
import palimpsest.io.AtomicFiles;

/**
 * A step whose loss or gradient was no finite number, with all that is needed to look into it.
 *
 * @param where the weights or the gradient that were not finite; empty where each of them was
 * @param batches what the step was taken on, the task's own first
 */
record NonFiniteStep(
    int schema,
    Phase.Label phase,
    int step,
    double loss,
    double gradientNorm,
    String where,
    List<Batch> batches) {
  private static final int SCHEMA = 1;

  NonFiniteStep(
      Phase.Label phase,
      int step,
      double loss,
      double gradientNorm,
      String where,
      List<Batch> batches) {
    this(SCHEMA, phase, step, loss, gradientNorm, where, batches);
  }

  /** In a line, without what was done about it. */
  String text() {
    return "%s, step %d: loss %s, gradient norm %s%s"
        .formatted(
            phase.text(), step, loss, gradientNorm, where.isEmpty() ? "" : " (" + where + ")");
  }

  /** Writes it down in a folder that need not be there; where it lies then. */
  Path save(Path folder) {
    Path file = folder.resolve("%s-step-%d.json".formatted(phase.folder(), step));
    AtomicFiles.createFolders(file.getParent());
    AtomicFiles.write(file, OutcomeJson.MAPPER.writeValueAsBytes(this));
    return file;
  }
}
