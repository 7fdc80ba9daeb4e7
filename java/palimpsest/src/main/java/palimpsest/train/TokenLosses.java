package palimpsest.train;

import java.util.Arrays;
import java.util.List;
import palimpsest.model.Parameters;
import palimpsest.model.Transformer;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;

/** How a model likes given texts: the loss of every token, each by those before it. */
public final class TokenLosses {
  private final Device device;
  private final Parameters parameters;
  private final List<int[]> sequences;
  private final List<Group> groups;
  private final float[][] losses;

  private TokenLosses(
      Device device, Parameters parameters, List<int[]> sequences, int passPositions) {
    this.device = device;
    this.parameters = parameters;
    this.sequences = sequences;
    int[] lengths = sequences.stream().mapToInt(ids -> ids.length - 1).toArray();
    groups = Group.cut(lengths, Group.byLength(lengths), passPositions);
    losses = new float[sequences.size()][];
  }

  /**
   * {@code −log p(token i + 1 | tokens 0 … i)} in nats; draws no random numbers.
   *
   * @param sequences of two tokens at least, and of T + 1 at most
   * @return {@code [sequences][their length − 1]}, in the sequences' order
   */
  public static float[][] of(Device device, Parameters parameters, List<int[]> sequences) {
    return of(device, parameters, sequences, device.passPositions());
  }

  static float[][] of(
      Device device, Parameters parameters, List<int[]> sequences, int passPositions) {
    var reading = new TokenLosses(device, parameters, List.copyOf(sequences), passPositions);
    device.onEachLane(reading::readShare);
    return reading.losses;
  }

  /** Every so many-th group, on a model that only answers. */
  private void readShare(int lane, Ops ops) {
    if (lane >= groups.size()) {
      return;
    }
    int positions =
        groups.stream().mapToInt(group -> group.members().length * group.length()).max().getAsInt();
    int longest = groups.getLast().length();
    try (var model = new Transformer(device, ops, parameters, positions, longest)) {
      for (int i = lane; i < groups.size(); i += device.lanes()) {
        read(model, groups.get(i));
      }
    }
  }

  private void read(Transformer model, Group group) {
    int time = group.length();
    int[] members = group.members();
    int counted = Arrays.stream(members).map(member -> sequences.get(member).length - 1).sum();
    int[] tokens = new int[members.length * time];
    int[] rows = new int[counted];
    int[] targets = new int[counted];
    int m = 0;
    for (int b = 0; b < members.length; b++) {
      int[] sequence = sequences.get(members[b]);
      for (int i = 0; i + 1 < sequence.length; i++) {
        tokens[b * time + i] = sequence[i];
        rows[m] = b * time + i;
        targets[m++] = sequence[i + 1];
      }
    }
    float[] found = new float[counted];
    model.forward(tokens, 0, members.length, time, rows, targets, counted);
    model.score(found, new int[counted]);
    int next = 0;
    for (int member : members) {
      int length = sequences.get(member).length - 1;
      losses[member] = Arrays.copyOfRange(found, next, next + length);
      next += length;
    }
  }
}
