package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import palimpsest.ops.Tensor;

/** Losses that compare logits with another model's, over rows {@code [M, V]}. */
final class Imitation {
  private Imitation() {}

  /**
   * {@code T² Σ p (log p − log q)} with p and q the teacher's and the model's softmax at
   * temperature T, and {@code scale T (q − p)} in place of the logits.
   */
  static void distill(
      Tensor logits, Tensor losses, Tensor teacher, float temperature, float scale) {
    int width = logits.columns();
    MemorySegment x = logits.memory();
    MemorySegment t = teacher.memory();
    double[] p = new double[width];
    double[] q = new double[width];
    for (int m = 0; m < logits.rows(); m++) {
      long row = (long) m * width;
      double logP = softmax(t, row, p, temperature);
      double logQ = softmax(x, row, q, temperature);
      double divergence = 0;
      for (int v = 0; v < width; v++) {
        double ofTeacher = t.getAtIndex(JAVA_FLOAT, row + v) / temperature - logP;
        double ofModel = x.getAtIndex(JAVA_FLOAT, row + v) / temperature - logQ;
        divergence += p[v] * (ofTeacher - ofModel);
        x.setAtIndex(JAVA_FLOAT, row + v, (float) (scale * temperature * (q[v] - p[v])));
      }
      losses.memory().setAtIndex(JAVA_FLOAT, m, (float) (temperature * temperature * divergence));
    }
  }

  /** The softmax of {@code x / temperature}; returns the logarithm of its denominator. */
  private static double softmax(MemorySegment x, long row, double[] out, float temperature) {
    double max = Softmax.max(x, row, out.length) / temperature;
    double sum = 0;
    for (int v = 0; v < out.length; v++) {
      out[v] = Math.exp(x.getAtIndex(JAVA_FLOAT, row + v) / temperature - max);
      sum += out[v];
    }
    for (int v = 0; v < out.length; v++) {
      out[v] /= sum;
    }
    return max + Math.log(sum);
  }

  static void squaredError(Tensor logits, Tensor losses, Tensor wanted, float scale) {
    int width = logits.columns();
    MemorySegment x = logits.memory();
    for (int m = 0; m < logits.rows(); m++) {
      long row = (long) m * width;
      double sum = 0;
      for (int v = 0; v < width; v++) {
        float there = wanted == null ? 0 : wanted.memory().getAtIndex(JAVA_FLOAT, row + v);
        float error = x.getAtIndex(JAVA_FLOAT, row + v) - there;
        sum += (double) error * error;
        x.setAtIndex(JAVA_FLOAT, row + v, 2 * scale * error);
      }
      losses.memory().setAtIndex(JAVA_FLOAT, m, (float) sum);
    }
  }
}
