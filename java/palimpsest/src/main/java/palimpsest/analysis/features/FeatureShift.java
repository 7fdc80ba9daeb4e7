package palimpsest.analysis.features;

import static palimpsest.analysis.Findings.measured;

import java.util.List;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/**
 * How training moved one hidden state of many questions, from h to h′ ({@code [N][C]} each). What
 * is said of shifts is {@code null} if nothing moved; what is said of components, if h is the same
 * for all questions.
 *
 * @param size s = mean ‖h′ − h‖ / mean ‖h‖
 * @param oneDirection ρ = ‖mean (h′ − h)‖ / mean ‖h′ − h‖: 1 if all are moved alike
 * @param cosine1 mean |cos(h′ − h, PC₁)|, with the first principal component of h
 * @param cosine2 mean |cos(h′ − h, PC₂)|
 * @param uncentredCosine1 mean |cos(h′ − h, first component of h with its mean left in)|
 * @param componentShare Σ ‖projection of h′ − h on the leading components of h‖² / Σ ‖h′ − h‖²
 * @param variance1 the share of the variance of h along PC₁
 * @param variance2 likewise along PC₂
 * @param componentAngle between the first principal components of h and h′, in degrees; 90 at most
 */
public record FeatureShift(
    double size,
    Double oneDirection,
    Double cosine1,
    Double cosine2,
    Double uncentredCosine1,
    Double componentShare,
    Double variance1,
    Double variance2,
    Double componentAngle) {
  /** How many leading components {@link #componentShare} looks at. */
  public static final int COMPONENTS = 6;

  static FeatureShift of(ShiftFrame frame) {
    double[][] shifts = frame.shifts();
    double meanNorm = Vectors.meanNorm(shifts);
    PrincipalComponents before = frame.before();
    PrincipalComponents uncentred = PrincipalComponents.of(frame.h(), 1, false);
    boolean varies = before.has(1);
    return new FeatureShift(
        meanNorm / Vectors.meanNorm(frame.h()),
        measured(Vectors.norm(frame.meanShift()) / meanNorm),
        meanCosine(shifts, before, 0),
        meanCosine(shifts, before, 1),
        meanCosine(shifts, uncentred, 0),
        varies ? measured(componentShare(shifts, before)) : null,
        varies ? before.shares()[0] : null,
        before.has(2) ? before.shares()[1] : null,
        angle(before, frame.after()));
  }

  /** What mean |cos| with a direction comes to for random shifts: about √(2 / (π C)). */
  public static double chance(int width) {
    return Math.sqrt(2 / (Math.PI * width));
  }

  /** Shifts of length 0 have no direction and are left out. */
  private static Double meanCosine(double[][] shifts, PrincipalComponents components, int k) {
    if (!components.has(k + 1)) {
      return null;
    }
    double[] direction = components.direction(k);
    double sum = 0;
    int moved = 0;
    for (double[] shift : shifts) {
      double cosine = Math.abs(Vectors.cosine(shift, direction));
      if (!Double.isNaN(cosine)) {
        sum += cosine;
        moved++;
      }
    }
    return measured(sum / moved);
  }

  private static double componentShare(double[][] shifts, PrincipalComponents components) {
    Matrix all = Matrix.ofRows(List.of(shifts));
    double[] inside = Lapack.product(all, components.directions()).values();
    return Vectors.dot(inside, inside) / Vectors.dot(all.values(), all.values());
  }

  private static Double angle(PrincipalComponents before, PrincipalComponents after) {
    if (!before.has(1) || !after.has(1)) {
      return null;
    }
    double cosine = Math.abs(Vectors.dot(before.direction(0), after.direction(0)));
    return Math.toDegrees(Math.acos(Math.min(1, cosine)));
  }
}
