package palimpsest.train;

import java.util.List;
import palimpsest.data.Question;
import palimpsest.model.Parameters;
import palimpsest.model.Transformer;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;

/**
 * What a model has in its residual stream at the last token of each of many sequences: L + 1 hidden
 * states as Hugging Face counts them, from the embedding's (0) to the last norm's (L).
 */
public final class HiddenStates {
  private final Parameters parameters;
  private final List<int[]> sequences;
  private final List<Group> groups;
  private final double[][][] states;

  private HiddenStates(Parameters parameters, List<int[]> sequences, int passPositions) {
    this.parameters = parameters;
    this.sequences = sequences;
    int[] lengths = sequences.stream().mapToInt(ids -> ids.length).toArray();
    groups = Group.cut(lengths, Group.byLength(lengths), passPositions);
    states = new double[parameters.config().layers() + 1][sequences.size()][];
  }

  /**
   * At the last token of each prompt, from which the answer's first token is predicted.
   *
   * @return {@code [L + 1][questions][C]}, in the questions' order
   */
  public static double[][][] atPromptEnds(
      Device device, Parameters parameters, List<Question> questions) {
    return atLastTokens(device, parameters, questions.stream().map(Question::promptIds).toList());
  }

  /**
   * At the last of some tokens.
   *
   * @param sequences of one token at least
   * @return {@code [L + 1][sequences][C]}, in the sequences' order
   */
  public static double[][][] atLastTokens(
      Device device, Parameters parameters, List<int[]> sequences) {
    return atLastTokens(device, parameters, sequences, device.passPositions());
  }

  static double[][][] atLastTokens(
      Device device, Parameters parameters, List<int[]> sequences, int passPositions) {
    var reading = new HiddenStates(parameters, List.copyOf(sequences), passPositions);
    device.onEachLane((lane, ops) -> reading.readShare(device, lane, ops));
    return reading.states;
  }

  /** Every so many-th group, on a model that only answers. */
  private void readShare(Device device, int lane, Ops ops) {
    if (lane >= groups.size()) {
      return;
    }
    int positions =
        groups.stream().mapToInt(group -> group.members().length * group.length()).max().getAsInt();
    int longest = groups.getLast().length();
    try (var model = new Transformer(device, ops, parameters, positions, longest)) {
      for (int i = lane; i < groups.size(); i += device.lanes()) {
        read(device, model, groups.get(i));
      }
    }
  }

  private void read(Device device, Transformer model, Group group) {
    int batch = group.members().length;
    int time = group.length();
    int[] tokens = new int[batch * time];
    int[] last = new int[batch];
    for (int b = 0; b < batch; b++) {
      int[] sequence = sequences.get(group.members()[b]);
      System.arraycopy(sequence, 0, tokens, b * time, sequence.length);
      last[b] = b * time + sequence.length - 1;
    }
    int width = parameters.config().width();
    float[] rows = new float[batch * width];
    model.hiddenStates(
        tokens,
        batch,
        time,
        last,
        batch,
        (depth, state) -> {
          device.read(state, rows, rows.length);
          for (int b = 0; b < batch; b++) {
            states[depth][group.members()[b]] = doubles(rows, b * width, width);
          }
        });
  }

  private static double[] doubles(float[] values, int offset, int count) {
    double[] copy = new double[count];
    for (int i = 0; i < count; i++) {
      copy[i] = values[offset + i];
    }
    return copy;
  }
}
