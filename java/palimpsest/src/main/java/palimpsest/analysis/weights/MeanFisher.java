package palimpsest.analysis.weights;

import java.util.List;
import java.util.function.IntConsumer;
import palimpsest.data.Question;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.train.QuestionGradients;

/**
 * The mean of each weight matrix's share of the diagonal Fisher information: {@code F_j = mean over
 * questions of (∂ log p(answer) / ∂θ_j)²}, averaged over the elements j of the matrix.
 */
public final class MeanFisher {
  private MeanFisher() {}

  /**
   * Of every matrix.
   *
   * @param progress told on the first lane which question was seen
   * @return one number for each matrix
   */
  public static double[] of(
      Device device,
      Parameters parameters,
      List<Question> questions,
      List<WeightMatrix> matrices,
      IntConsumer progress) {
    double[][] sums = new double[device.lanes()][matrices.size()];
    float[][] buffers = new float[device.lanes()][];
    QuestionGradients.visit(
        device,
        parameters,
        questions,
        (lane, ops, question, gradient) -> {
          if (buffers[lane] == null) {
            buffers[lane] = new float[Math.toIntExact(gradient.all().size())];
          }
          device.read(gradient.all(), buffers[lane], buffers[lane].length);
          for (int i = 0; i < matrices.size(); i++) {
            sums[lane][i] += matrices.get(i).meanSquare(buffers[lane]);
          }
          if (lane == 0) {
            progress.accept(question);
          }
        });
    double[] means = new double[matrices.size()];
    for (double[] lane : sums) {
      for (int i = 0; i < means.length; i++) {
        means[i] += lane[i] / questions.size();
      }
    }
    return means;
  }
}
