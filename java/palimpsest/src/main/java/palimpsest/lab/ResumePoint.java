package palimpsest.lab;

import java.util.Map;
import java.util.TreeMap;
import palimpsest.io.GrowingFile;
import tools.jackson.databind.JsonNode;

/**
 * What a phase needs to go on from between two steps, beside the model's state and the steps' place
 * that lie next to it.
 *
 * @param key hash of the phase's key
 * @param training the phase as its log lines have it: {@code task2} while the third task is learned
 * @param step steps of that training, done
 * @param over whether no step follows
 * @param counters of the training loop
 * @param parts what the phase has found out so far
 * @param files those that grow, by name, as they were
 * @param kept files of the weights kept so far, to SHA-256
 */
record ResumePoint(
    int schema,
    String key,
    String training,
    int step,
    boolean over,
    TrainingLoop.Counters counters,
    JsonNode parts,
    Map<String, GrowingFile.Mark> files,
    Map<String, String> kept) {
  static final int SCHEMA = 1;

  ResumePoint {
    files = new TreeMap<>(files);
    kept = new TreeMap<>(kept);
  }

  /** What the phase had found out, as it wrote it down. */
  <T> T parts(Class<T> type) {
    return OutcomeJson.MAPPER.treeToValue(parts, type);
  }

  /** Whether weights of this name had been kept. */
  boolean keeps(String name) {
    return kept.keySet().stream().anyMatch(file -> file.startsWith(name + "/"));
  }
}
