package palimpsest.analysis.features;

import static palimpsest.analysis.Findings.measured;

import java.util.List;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/**
 * How training moved one hidden state of many questions, from h to h′ ({@code [N][C]} each). All
 * but the size are {@code null} if nothing moved.
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
    double variance1,
    double variance2,
    double componentAngle) {
  /** How many leading components {@link #componentShare} looks at. */
  public static final int COMPONENTS = 6;

  static FeatureShift of(ShiftFrame frame) {
    double[][] shifts = frame.shifts();
    double meanNorm = Vectors.meanNorm(shifts);
    PrincipalComponents before = frame.before();
    PrincipalComponents uncentred = PrincipalComponents.of(frame.h(), 1, false);
    return new FeatureShift(
        meanNorm / Vectors.meanNorm(frame.h()),
        measured(Vectors.norm(frame.meanShift()) / meanNorm),
        measured(meanCosine(shifts, before.direction(0))),
        measured(meanCosine(shifts, before.direction(1))),
        measured(meanCosine(shifts, uncentred.direction(0))),
        measured(componentShare(shifts, before)),
        before.shares()[0],
        before.shares()[1],
        angle(before.direction(0), frame.after().direction(0)));
  }

  /** What mean |cos| with a direction comes to for random shifts: about √(2 / (π C)). */
  public static double chance(int width) {
    return Math.sqrt(2 / (Math.PI * width));
  }

  /** Shifts of length 0 have no direction and are left out. */
  private static double meanCosine(double[][] shifts, double[] direction) {
    double sum = 0;
    int moved = 0;
    for (double[] shift : shifts) {
      double cosine = Math.abs(Vectors.cosine(shift, direction));
      if (!Double.isNaN(cosine)) {
        sum += cosine;
        moved++;
      }
    }
    return sum / moved;
  }

  private static double componentShare(double[][] shifts, PrincipalComponents components) {
    Matrix all = Matrix.ofRows(List.of(shifts));
    double[] inside = Lapack.product(all, components.directions()).values();
    return Vectors.dot(inside, inside) / Vectors.dot(all.values(), all.values());
  }

  private static double angle(double[] a, double[] b) {
    return Math.toDegrees(Math.acos(Math.min(1, Math.abs(Vectors.dot(a, b)))));
  }
}
