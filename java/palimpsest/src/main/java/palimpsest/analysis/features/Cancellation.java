package palimpsest.analysis.features;

import static palimpsest.analysis.Findings.measured;

/**
 * Whether later training takes back how earlier training moved a hidden state.
 *
 * @param depth of the hidden state, from 0
 * @param cosine of the mean shifts, early and later; −1 if they point against each other
 * @param meanCosine the mean over questions of the cosine of each one's two shifts
 * @param left ‖early + later‖ / (‖early‖ + ‖later‖), of the mean shifts: 0 if they cancel, 1 if
 *     they add up
 */
public record Cancellation(int depth, Double cosine, Double meanCosine, Double left) {
  /**
   * @param a hidden states {@code [N][C]} before the early training
   * @param b after it, and before the later
   * @param end after both
   */
  static Cancellation of(int depth, double[][] a, double[][] b, double[][] end) {
    double[][] early = Vectors.minus(b, a);
    double[][] later = Vectors.minus(end, b);
    double[] meanEarly = Vectors.mean(early);
    double[] meanLater = Vectors.mean(later);
    double sum = 0;
    for (int i = 0; i < early.length; i++) {
      sum += Vectors.cosine(early[i], later[i]) / early.length;
    }
    double[] total = Vectors.mean(Vectors.minus(end, a));
    double apart = Vectors.norm(meanEarly) + Vectors.norm(meanLater);
    return new Cancellation(
        depth,
        measured(Vectors.cosine(meanEarly, meanLater)),
        measured(sum),
        measured(Vectors.norm(total) / apart));
  }
}
