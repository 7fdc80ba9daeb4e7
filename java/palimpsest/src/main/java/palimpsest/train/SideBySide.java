package palimpsest.train;

import java.util.Arrays;
import java.util.List;
import palimpsest.data.Question;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;

/**
 * The same questions put to many models of one shape: each lane of a device answers for a model of
 * its own, so that no lane waits for another within one set of questions.
 */
public final class SideBySide implements AutoCloseable {
  private final Device device;
  private final List<Question> questions;
  private final List<Group> groups;
  private final Parameters[] parameters;
  private final Lane[] lanes;

  public SideBySide(Device device, ModelConfig config, List<Question> questions) {
    this.device = device;
    this.questions = List.copyOf(questions);
    int[] lengths = Group.lengths(questions);
    groups = Group.cut(lengths, Group.byLength(lengths), device.passPositions());
    parameters = new Parameters[device.lanes()];
    lanes = new Lane[device.lanes()];
    for (int lane = 0; lane < lanes.length; lane++) {
      parameters[lane] = new Parameters(device, config);
      lanes[lane] = new Lane(device, parameters[lane]);
    }
  }

  /** How many models answer at once. */
  public int models() {
    return lanes.length;
  }

  /**
   * The answers of each model.
   *
   * @param weights flat, as {@link Parameters#copy} gives them, of {@link #models} models at most
   */
  public List<List<Scored>> score(List<float[]> weights) {
    if (weights.size() > lanes.length) {
      throw new IllegalArgumentException(
          "%d models for %d lanes".formatted(weights.size(), lanes.length));
    }
    Scored[][] scored = new Scored[weights.size()][questions.size()];
    for (int model = 0; model < scored.length; model++) {
      parameters[model].restore(weights.get(model));
    }
    device.onEachLane(
        (lane, ops) -> {
          if (lane < scored.length) {
            groups.forEach(group -> lanes[lane].answer(ops, questions, group, scored[lane]));
          }
        });
    return Arrays.stream(scored).map(List::of).toList();
  }

  @Override
  public void close() {
    for (int lane = 0; lane < lanes.length; lane++) {
      lanes[lane].close();
      parameters[lane].close();
    }
  }
}
