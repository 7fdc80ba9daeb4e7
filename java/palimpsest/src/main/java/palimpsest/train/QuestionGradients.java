package palimpsest.train;

import java.util.List;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;

/**
 * The gradient of each question on its own: of {@code log p(answer) = Σ log p(token)} over its
 * answer and end tokens, with respect to every weight. Squared and averaged over questions it is
 * the diagonal of the empirical Fisher information; the square of a <em>batch's</em> gradient is
 * not (van de Ven 2025).
 */
public final class QuestionGradients {
  private QuestionGradients() {}

  /** Is handed one gradient after another; on each lane one at a time. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param ops of the lane that the gradient was computed on
     * @param question its place in the list
     * @param gradient overwritten as soon as this returns
     */
    void visit(int lane, Ops ops, int question, FlatBuffer gradient);
  }

  /**
   * Visits every question. A lane takes every so many-th of them, in order: whoever sums for each
   * lane and then over the lanes gets the same bits every time.
   */
  public static void visit(
      Device device, Parameters parameters, List<Question> questions, Visitor visitor) {
    device.onEachLane(
        (lane, ops) -> {
          try (var own = new Lane(device, parameters)) {
            for (int i = lane; i < questions.size(); i += device.lanes()) {
              own.train(ops, FreezePlan.NONE);
              var alone = BatchRows.of(QuestionBatches.of(List.of(questions.get(i))));
              own.learn(ops, alone, Objective.TARGETS, -1, device.passPositions(), null);
              visitor.visit(lane, ops, i, own.gradients());
            }
          }
        });
  }
}
