package palimpsest.analysis.landscape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import palimpsest.base.RandomStream;

class PlaneTest {
  private static final int WEIGHTS = 5000;

  private final RandomGenerator random = RandomStream.of(1, "plane");
  private final float[] a = weights(1);
  private final float[] b = added(a, weights(0.01));
  private final float[] c = added(b, weights(0.1));
  private final Plane plane = new Plane(a, b, c);

  @Test
  void goesThroughItsThreePointsBitByBit() {
    assertArrayEquals(a, at(0, 0));
    assertArrayEquals(b, at(1, 0));
    assertArrayEquals(c, at(1, 1));
  }

  @Test
  void isStraightInBetween() {
    float[] middle = at(0.5, 0);
    float[] beyond = at(1, -2);
    for (int i = 0; i < WEIGHTS; i++) {
      assertEquals((a[i] + (double) b[i]) / 2, middle[i], 1e-6);
      assertEquals(b[i] - 2 * ((double) c[i] - b[i]), beyond[i], 1e-6);
    }
  }

  @Test
  void findsAPointOfItsOwnAgain() {
    Plane.Projection found = plane.project(at(-0.75, 2.5));
    assertEquals(-0.75, found.x(), 1e-4);
    assertEquals(2.5, found.y(), 1e-5);
    assertEquals(0, found.outside(), 1e-5);
    assertEquals(new Plane.Projection(0, 0, 0), plane.project(a));
  }

  @Test
  void projectsAtRightAnglesThoughItsDirectionsAreOblique() {
    float[] origin = {0, 0, 0};
    var oblique = new Plane(origin, new float[] {2, 0, 0}, new float[] {3, 1, 0});
    // (5, 2, 4) over the plane's first two axes is 1.5 (2, 0) + 2 (1, 1)
    Plane.Projection found = oblique.project(new float[] {5, 2, 4});
    assertEquals(1.5, found.x(), 1e-12);
    assertEquals(2, found.y(), 1e-12);
    assertEquals(4 / Math.sqrt(45), found.outside(), 1e-12);
    assertEquals(2, oblique.lengthX(), 1e-12);
    assertEquals(Math.sqrt(2), oblique.lengthY(), 1e-12);
    assertEquals(Math.cos(Math.PI / 4), oblique.cosine(), 1e-12);
  }

  @Test
  void looksAtEveryWeight() {
    float[] moved = a.clone();
    for (int i = WEIGHTS / 2; i < WEIGHTS; i++) {
      moved[i] = b[i];
    }
    assertEquals(0.5, plane.project(moved).x(), 0.05);
  }

  @Test
  void threePointsOnALineAreNoPlane() {
    assertThrows(IllegalArgumentException.class, () -> new Plane(a, a, c));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Plane(new float[] {0, 0}, new float[] {1, 1}, new float[] {3, 3}));
    assertTrue(Math.abs(plane.cosine()) < 0.1, "independent directions are nearly orthogonal");
  }

  private float[] at(double x, double y) {
    float[] weights = new float[WEIGHTS];
    plane.weights(x, y, weights);
    return weights;
  }

  private float[] weights(double deviation) {
    float[] weights = new float[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) {
      weights[i] = (float) (deviation * random.nextGaussian());
    }
    return weights;
  }

  private static float[] added(float[] one, float[] other) {
    float[] sum = new float[one.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = one[i] + other[i];
    }
    return sum;
  }
}
