package palimpsest.analysis.landscape;

/**
 * The plane through three points a, b and c of weight space: {@code θ(x, y) = a + x (b − a) + y (c
 * − b)}. So a lies at (0, 0), b at (1, 0) and c at (1, 1), bit by bit: the arithmetic is done in
 * double precision, in which differences of floats are exact unless one is 2²⁹ times the other.
 *
 * <p>Zheng et al. 2025 draw a, b and c after 100, 150 and 62,500 steps of task 1. Nothing is
 * normalised, and the two directions need not be orthogonal.
 */
public final class Plane {
  private final float[] a;
  private final float[] b;
  private final float[] c;
  private final double squareB;
  private final double squareC;
  private final double product;

  /** A place on the plane. */
  public record Coordinates(double x, double y) {}

  /**
   * Where weights lie seen from the plane.
   *
   * @param x of the nearest point of the plane
   * @param y of the nearest point of the plane
   * @param outside share of the way from a that leads off the plane, {@code ‖θ − θ(x, y)‖ / ‖θ −
   *     a‖} from 0 (on it) to 1; 0 for a itself
   */
  public record Projection(double x, double y, double outside) {}

  /**
   * All of one length.
   *
   * @throws IllegalArgumentException if they do not span a plane
   */
  public Plane(float[] a, float[] b, float[] c) {
    this.a = a.clone();
    this.b = b.clone();
    this.c = c.clone();
    double alongB = 0;
    double alongC = 0;
    double both = 0;
    for (int i = 0; i < a.length; i++) {
      double u = towardsB(i);
      double v = towardsC(i);
      alongB += u * u;
      alongC += v * v;
      both += u * v;
    }
    squareB = alongB;
    squareC = alongC;
    product = both;
    if (!(determinant() > 1e-12 * squareB * squareC)) {
      throw new IllegalArgumentException("the three points lie on a line");
    }
  }

  /** One component of b − a. */
  private double towardsB(int i) {
    return (double) b[i] - a[i];
  }

  /** One component of c − b. */
  private double towardsC(int i) {
    return (double) c[i] - b[i];
  }

  private double determinant() {
    return squareB * squareC - product * product;
  }

  /** Writes the weights of a place into a buffer of their length. */
  public void weights(double x, double y, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (a[i] + x * towardsB(i) + y * towardsC(i));
    }
  }

  /**
   * The nearest point of the plane, over all weights. With u = b − a, v = c − b and w = θ − a,
   * least squares gives {@code [x y] = [u·u u·v; u·v v·v]⁻¹ [u·w v·w]}.
   */
  public Projection project(float[] weights) {
    double alongB = 0;
    double alongC = 0;
    double length = 0;
    for (int i = 0; i < weights.length; i++) {
      double way = (double) weights[i] - a[i];
      alongB += towardsB(i) * way;
      alongC += towardsC(i) * way;
      length += way * way;
    }
    double x = (squareC * alongB - product * alongC) / determinant();
    double y = (squareB * alongC - product * alongB) / determinant();
    double left = 0;
    for (int i = 0; i < weights.length; i++) {
      double rest = (double) weights[i] - a[i] - x * towardsB(i) - y * towardsC(i);
      left += rest * rest;
    }
    return new Projection(x, y, length == 0 ? 0 : Math.sqrt(left / length));
  }

  /** ‖b − a‖, Euclidean. */
  public double lengthX() {
    return Math.sqrt(squareB);
  }

  /** ‖c − b‖, Euclidean. */
  public double lengthY() {
    return Math.sqrt(squareC);
  }

  /** Cosine of the angle between b − a and c − b. */
  public double cosine() {
    return product / Math.sqrt(squareB * squareC);
  }
}
