package palimpsest.train;

import java.util.Arrays;
import java.util.List;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.Parameters;
import palimpsest.model.Transformer;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;

/** One lane's share of a step: its own activations and its own gradients. */
final class Lane implements AutoCloseable {
  private final Device device;
  private final Parameters parameters;
  private FlatBuffer gradients;
  private FreezePlan freeze = FreezePlan.NONE;
  private Transformer transformer;
  private double loss;

  private int[] rows = new int[0];
  private int[] targets = new int[0];
  private int[] tokens = new int[0];
  private int[] largest = new int[0];
  private float[] losses = new float[0];

  Lane(Device device, Parameters parameters) {
    this.device = device;
    this.parameters = parameters;
  }

  /** Makes ready for a phase; the gradients are zero. */
  void train(Ops ops, FreezePlan plan) {
    if (gradients == null) {
      gradients = new FlatBuffer(device, parameters.layout());
    } else {
      ops.zero(gradients.all());
    }
    if (!plan.equals(freeze)) {
      closeTransformer();
      freeze = plan;
    } else if (transformer != null && !transformer.trains()) {
      closeTransformer();
    }
  }

  FlatBuffer gradients() {
    return gradients;
  }

  /** Sum of the losses of the last {@link #learn}. */
  double loss() {
    return loss;
  }

  /** Forward and backward over the rows {@code [first, end)} of the batch. */
  void learn(Ops ops, Batch batch, int first, int end, float scale, int passPositions) {
    loss = 0;
    int time = batch.length();
    int atOnce = Math.max(1, passPositions / time);
    for (int row = first; row < end; row += atOnce) {
      int count = Math.min(atOnce, end - row);
      ready(ops, Math.min(atOnce, end - first), time);
      int m = count(batch, row, count);
      if (m == 0) {
        continue;
      }
      transformer.forward(batch.tokens(), row * time, count, time, rows, targets, m);
      transformer.backward(count, time, scale, losses);
      for (int i = 0; i < m; i++) {
        loss += losses[i];
      }
    }
  }

  /** Teacher-forced answers to a group of questions. */
  void answer(Ops ops, List<Question> questions, Group group, Scored[] scored) {
    int batch = group.members().length;
    int time = group.length();
    ready(ops, batch, time);
    Arrays.fill(tokens, 0, batch * time, 0);
    int m = 0;
    for (int b = 0; b < batch; b++) {
      Question question = questions.get(group.members()[b]);
      int[] prompt = question.promptIds();
      int[] answer = question.answerIds();
      System.arraycopy(prompt, 0, tokens, b * time, prompt.length);
      System.arraycopy(answer, 0, tokens, b * time + prompt.length, answer.length - 1);
      for (int i = 0; i < answer.length; i++) {
        rows[m] = b * time + prompt.length - 1 + i;
        targets[m++] = answer[i];
      }
    }
    transformer.forward(tokens, 0, batch, time, rows, targets, m);
    transformer.score(losses, largest);
    int next = 0;
    for (int member : group.members()) {
      Question question = questions.get(member);
      int length = question.answerIds().length;
      double sum = 0;
      for (int i = 0; i < length; i++) {
        sum += losses[next + i];
      }
      int[] predicted = Arrays.copyOfRange(largest, next, next + length);
      scored[member] = new Scored(question, predicted, sum / length);
      next += length;
    }
  }

  /** The positions of {@code count} rows that have a target. */
  private int count(Batch batch, int row, int count) {
    int m = 0;
    int offset = row * batch.length();
    for (int i = 0; i < count * batch.length(); i++) {
      int target = batch.targets()[offset + i];
      if (target != Batch.IGNORED) {
        rows[m] = i;
        targets[m++] = target;
      }
    }
    return m;
  }

  /** An arena for this shape, at least: it grows, and is planned anew, when a larger one comes. */
  private void ready(Ops ops, int batch, int time) {
    if (transformer == null || !transformer.fits(batch, time)) {
      int positions = batch * time;
      int longest = time;
      if (transformer != null) {
        positions = Math.max(positions, transformer.plan().positions());
        longest = Math.max(longest, transformer.plan().time());
        closeTransformer();
      }
      transformer =
          gradients == null
              ? new Transformer(device, ops, parameters, positions, longest)
              : new Transformer(device, ops, parameters, gradients, freeze, positions, longest);
    }
    int positions = transformer.plan().positions();
    if (rows.length < positions) {
      rows = new int[positions];
      targets = new int[positions];
      tokens = new int[positions];
      largest = new int[positions];
      losses = new float[positions];
    }
  }

  private void closeTransformer() {
    if (transformer != null) {
      transformer.close();
      transformer = null;
    }
  }

  @Override
  public void close() {
    closeTransformer();
    if (gradients != null) {
      gradients.close();
    }
  }
}
