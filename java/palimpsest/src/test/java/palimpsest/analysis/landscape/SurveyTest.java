package palimpsest.analysis.landscape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import palimpsest.base.RandomStream;

/** A quadratic loss gives the quadratic surface that can be written down. */
class SurveyTest {
  private static final int WEIGHTS = 40;
  private static final int AT_ONCE = 3;

  private final RandomGenerator random = RandomStream.of(7, "survey");
  private final float[] a = weights();
  private final float[] b = weights();
  private final float[] c = weights();
  private final float[] valley = weights();
  private final double[] steepness = random.doubles(WEIGHTS, 0.5, 2).toArray();

  /** Task 0: ½ Σ h_i (θ_i − m_i)²; task 1: the first weight. */
  private final Losses quadratic =
      new Losses() {
        @Override
        public int atOnce() {
          return AT_ONCE;
        }

        @Override
        public List<TaskLosses> at(List<float[]> weights) {
          assertTrue(weights.size() <= AT_ONCE);
          return weights.stream().map(w -> new TaskLosses(loss(w), w[0])).toList();
        }
      };

  @Test
  void drawsTheExactParaboloidOfAQuadraticLoss() {
    var plane = new Plane(a, b, c);
    List<Plane.Coordinates> places = Grid.PAPER.places();
    List<Double> told = new ArrayList<>();
    List<TaskLosses> found = new Survey(plane, quadratic, WEIGHTS).at(places, told::add);
    assertEquals(71 * 61, found.size());
    for (int i = 0; i < found.size(); i++) {
      double x = places.get(i).x();
      double y = places.get(i).y();
      double expected = paraboloid(x, y);
      assertEquals(expected, found.get(i).task0(), 1e-5 * expected);
      assertEquals(a[0] + x * (b[0] - a[0]) + y * (c[0] - b[0]), found.get(i).task1(), 1e-5);
    }
    assertEquals(loss(a), at(found, places, 0, 0).task0());
    assertEquals(loss(b), at(found, places, 1, 0).task0());
    assertEquals(loss(c), at(found, places, 1, 1).task0());
    assertEquals(1.0, told.getLast());
    assertEquals(told.stream().sorted().toList(), told);
  }

  @Test
  void theGridIsThePapers() {
    assertEquals(71, Grid.PAPER.xs().size());
    assertEquals(61, Grid.PAPER.ys().size());
    assertEquals(-1, Grid.PAPER.xs().getFirst());
    assertEquals(2.5, Grid.PAPER.xs().getLast());
    assertEquals(2, Grid.PAPER.ys().getLast());
    assertEquals(0.05, Grid.PAPER.xs().get(21));
    assertEquals(new Plane.Coordinates(-0.95, -1), Grid.PAPER.places().get(1));
  }

  /** The same loss as a polynomial of x and y, from the products of the plane's directions. */
  private double paraboloid(double x, double y) {
    double constant = 0;
    double linearX = 0;
    double linearY = 0;
    double squareX = 0;
    double squareY = 0;
    double both = 0;
    for (int i = 0; i < WEIGHTS; i++) {
      double h = steepness[i];
      double from = (double) a[i] - valley[i];
      double u = (double) b[i] - a[i];
      double v = (double) c[i] - b[i];
      constant += 0.5 * h * from * from;
      linearX += h * from * u;
      linearY += h * from * v;
      squareX += 0.5 * h * u * u;
      squareY += 0.5 * h * v * v;
      both += h * u * v;
    }
    return constant + linearX * x + linearY * y + squareX * x * x + squareY * y * y + both * x * y;
  }

  private double loss(float[] weights) {
    double loss = 0;
    for (int i = 0; i < WEIGHTS; i++) {
      double way = (double) weights[i] - valley[i];
      loss += 0.5 * steepness[i] * way * way;
    }
    return loss;
  }

  private static TaskLosses at(
      List<TaskLosses> found, List<Plane.Coordinates> places, double x, double y) {
    return found.get(places.indexOf(new Plane.Coordinates(x, y)));
  }

  private float[] weights() {
    float[] weights = new float[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }
}
