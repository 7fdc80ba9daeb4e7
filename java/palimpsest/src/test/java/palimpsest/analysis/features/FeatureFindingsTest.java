package palimpsest.analysis.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Planted;
import palimpsest.analysis.features.FeatureFindings.Depth;
import palimpsest.analysis.weights.Stage;
import palimpsest.base.Matrix;
import palimpsest.data.Question;

/**
 * Hidden states with planted components, shifted in a planted way. Along six directions p they vary
 * as six rows of a Hadamard matrix, ±1 times a deviation: components and their shares are exact.
 */
class FeatureFindingsTest {
  private static final int C = 20;
  private static final int N = 64;
  private static final double[] DEVIATIONS = {6, 5, 4, 3, 2, 1};
  private static final double MEAN = 40;
  private static final double EXACT = 1e-9;

  /** p₁ … p₆, then directions that the states do not vary along. */
  private static final Matrix BASIS =
      Planted.orthonormal(C, 12, false, Planted.random("feature basis"));

  /** The mean lies along this one. */
  private static final int AWAY = 6;

  private static final int FREE = 7;

  /** All shifts have length √(3² + 4²): 3 along a common direction m, ±4 along another. */
  @Test
  void aPlantedShiftGivesItsSizeDirectionAndCosines() {
    double tilt = Math.toRadians(25);
    double[][] before = states();
    double[][] after =
        IntStream.range(0, N)
            .mapToObj(
                i -> {
                  double[] h = before[i].clone();
                  add(h, 3 * Math.cos(tilt), AWAY);
                  add(h, 3 * Math.sin(tilt), 0);
                  add(h, 4 * sign(i, COLUMNS[0]), FREE);
                  return h;
                })
            .toArray(double[][]::new);
    FeatureShift shift = only(before, after).shift();
    double length = Math.sqrt(MEAN * MEAN + 36 + 25 + 16 + 9 + 4 + 1);
    assertEquals(5 / length, shift.size(), EXACT);
    assertEquals(3.0 / 5, shift.oneDirection(), EXACT);
    assertEquals(3 * Math.sin(tilt) / 5, shift.cosine1(), EXACT);
    assertEquals(0, shift.cosine2(), EXACT);
    assertEquals(3 * Math.cos(tilt) / 5, shift.uncentredCosine1(), EXACT);
    assertEquals(9 * Math.sin(tilt) * Math.sin(tilt) / 25, shift.componentShare(), EXACT);
    assertEquals(36.0 / 91, shift.variance1(), EXACT);
    assertEquals(25.0 / 91, shift.variance2(), EXACT);
    // The sign of ±4 is that of the first component's ±6: it turns by atan(4 / 6).
    assertEquals(Math.toDegrees(Math.atan2(4, 6)), shift.componentAngle(), 1e-6);
  }

  /** Everybody is moved alike, and along the second component. */
  @Test
  void aCommonShiftHasOneDirection() {
    double[][] before = states();
    double[][] after = moved(before, 2.5, 1);
    FeatureShift shift = only(before, after).shift();
    assertEquals(1, shift.oneDirection(), EXACT);
    assertEquals(0, shift.cosine1(), EXACT);
    assertEquals(1, shift.cosine2(), EXACT);
    assertEquals(1, shift.componentShare(), EXACT);
    assertEquals(0, shift.componentAngle(), 1e-5);
  }

  @Test
  void randomShiftsComeToTheChanceLevels() {
    RandomGenerator random = Planted.random("chance");
    double[][] before = states();
    double cosines = 0;
    double shares = 0;
    int draws = 60;
    for (int draw = 0; draw < draws; draw++) {
      double[][] after =
          IntStream.range(0, N)
              .mapToObj(i -> added(before[i], Planted.gaussian(1, C, random).values()))
              .toArray(double[][]::new);
      FeatureShift shift = only(before, after).shift();
      cosines += shift.cosine1() / draws;
      shares += shift.componentShare() / draws;
    }
    FeatureFindings findings = findings(before, before, before, before);
    assertEquals(Math.sqrt(2 / (Math.PI * C)), findings.chance(), EXACT);
    assertEquals(0.3, findings.componentChance(), EXACT);
    assertEquals(findings.chance(), cosines, 0.02 * findings.chance());
    assertEquals(0.3, shares, 0.006);
    assertEquals(0.029, FeatureShift.chance(768), 5e-4, "as the specification has it");
  }

  /** 2 along one direction, then −1 along it and ±√3 along another. */
  @Test
  void laterTrainingTakesThePlantedPartBack() {
    double[][] a = states();
    double[][] b = moved(a, 2, FREE);
    double[][] end =
        IntStream.range(0, N)
            .mapToObj(
                i -> {
                  double[] h = b[i].clone();
                  add(h, -1, FREE);
                  add(h, Math.sqrt(3) * sign(i, 18), FREE + 1);
                  return h;
                })
            .toArray(double[][]::new);
    Cancellation found = findings(a, a, b, end).cancellation().getFirst();
    assertEquals(-1, found.cosine(), EXACT, "of the mean shifts");
    assertEquals(-0.5, found.meanCosine(), EXACT);
    assertEquals(1.0 / 3, found.left(), EXACT);
  }

  /** Questions of even numbers go up along PC₁ by 1, of odd ones down; all go 4 along m. */
  @Test
  void slopesAreOfEachAttribute() {
    double[][] before = states();
    double[][] after =
        IntStream.range(0, N)
            .mapToObj(
                i -> {
                  double[] h = before[i].clone();
                  add(h, 4, FREE);
                  add(h, i % 2 == 0 ? 1 : -1, 0);
                  return h;
                })
            .toArray(double[][]::new);
    List<AttributeSlope> slopes = only(before, after).slopes();
    assertEquals(List.of("even", "odd"), slopes.stream().map(AttributeSlope::attribute).toList());
    assertEquals(0.25, Math.abs(slopes.getFirst().onBefore()), EXACT);
    assertEquals(-slopes.getFirst().onBefore(), slopes.getLast().onBefore(), EXACT);
  }

  /** Coordinates from the mean of the set whose components are meant. */
  @Test
  void pointsHaveTheirCoordinates() {
    double[][] before = states();
    double[][] after = moved(before, 2.5, FREE);
    List<ScatterPoint> points = only(before, after).points();
    assertEquals(6, points.size(), "three people, two questions each");
    for (int i = 0; i < points.size(); i++) {
      ScatterPoint point = points.get(i);
      assertEquals(i / 2, point.subject());
      assertArrayEquals(
          new double[] {6, 5, 6, 5, 0, 2.5}, magnitudes(point.before()), 1e-6, "before");
      assertArrayEquals(
          new double[] {6, 5, 6, 5, 2.5, 0}, magnitudes(point.after()), 1e-6, "after");
      assertEquals(-2.5, point.before().get(5), 1e-6);
      assertEquals(2.5, point.after().get(4), 1e-6);
      double first = points.getFirst().before().getFirst() * sign(0, COLUMNS[0]);
      assertEquals(first * sign(i, COLUMNS[0]), point.before().getFirst(), 1e-6, "along PC 1");
    }
  }

  /** Whichever sign LAPACK gives them on some machine. */
  @Test
  void componentsPointTheSameWayEverywhere() {
    double[][] states = states();
    double[][] mirrored =
        Arrays.stream(states)
            .map(h -> Arrays.stream(h).map(x -> -x).toArray())
            .toArray(double[][]::new);
    for (double[][] vectors : List.of(states, mirrored)) {
      PrincipalComponents components = PrincipalComponents.of(vectors, 3, true);
      for (int k = 0; k < 3; k++) {
        double[] direction = components.direction(k);
        double highest = Arrays.stream(direction).max().orElseThrow();
        double lowest = Arrays.stream(direction).min().orElseThrow();
        assertTrue(highest > -lowest, "component " + k);
      }
    }
  }

  /** A frozen embedding: nothing moves, and there is no direction to speak of. */
  @Test
  void withoutAShiftOnlyTheSizeIsMeasured() {
    double[][] states = states();
    Depth depth = only(states, states);
    assertEquals(0, depth.shift().size());
    assertNull(depth.shift().oneDirection());
    assertNull(depth.shift().cosine1());
    assertNull(depth.shift().componentShare());
    assertNull(depth.slopes().getFirst().onBefore());
    assertTrue(depth.points().isEmpty());
    assertNull(findings(states, states, states, states).cancellation().getFirst().cosine());
  }

  /** The embedding of a token that all prompts end in: it moves, but there are no components. */
  @Test
  void statesThatAreAllTheSameHaveNoComponents() {
    double[][] same = new double[N][];
    Arrays.fill(same, states()[5]);
    Depth depth = only(same, moved(same, 2, FREE));
    assertEquals(1, depth.shift().oneDirection(), EXACT);
    assertEquals(0, depth.shift().uncentredCosine1(), EXACT, "FREE is not along the state");
    assertNull(depth.shift().cosine1());
    assertNull(depth.shift().variance1());
    assertNull(depth.shift().componentShare());
    assertNull(depth.shift().componentAngle());
    assertNull(depth.slopes().getFirst().onBefore());
    assertTrue(depth.points().isEmpty());
  }

  @Test
  void everyFigureHasItsTable() {
    double[][] before = states();
    FeatureFindings findings = findings(before, before, moved(before, 1, 2), moved(before, 2, 3));
    for (DataTable table : findings.tables()) {
      assertTrue(table.rows().size() > 0, table.name());
      table.rows().forEach(row -> assertEquals(table.columns().size(), row.size(), table.name()));
    }
    assertEquals(6, findings.pairs().size());
    assertEquals(List.of(N, N), findings.questions());
  }

  private static Depth only(double[][] before, double[][] after) {
    return findings(before, before, after, before).pair(ShiftPair.FORGET_TASK0).depths().getFirst();
  }

  /** Of one hidden state; task 1 sees what task 0 sees. */
  private static FeatureFindings findings(
      double[][] task0, double[][] a, double[][] b, double[][] end) {
    Map<Stage, double[][][]> states = new EnumMap<>(Stage.class);
    states.put(Stage.PRETRAINED, new double[][][] {task0});
    states.put(Stage.TASK0, new double[][][] {task0});
    states.put(Stage.A, new double[][][] {a});
    states.put(Stage.B, new double[][][] {b});
    states.put(Stage.END, new double[][][] {end});
    List<Question> questions =
        IntStream.range(0, N)
            .mapToObj(
                i ->
                    new Question(
                        i / 2, i % 2 == 0 ? "even" : "odd", "", "", new int[0], new int[0]))
            .toList();
    return FeatureFindings.of(List.of(states, states), List.of(questions, questions), 3);
  }

  private static double[][] states() {
    return IntStream.range(0, N)
        .mapToObj(
            i -> {
              double[] h = new double[C];
              add(h, MEAN, AWAY);
              for (int k = 0; k < DEVIATIONS.length; k++) {
                add(h, DEVIATIONS[k] * sign(i, COLUMNS[k]), k);
              }
              return h;
            })
        .toArray(double[][]::new);
  }

  /** Columns of the Hadamard matrix: orthogonal, each with as many 1 as −1. */
  private static final int[] COLUMNS = {2, 4, 8, 16, 32, 6};

  /** Entry of row i: −1 to the number of bits that i and the column share. */
  private static int sign(int i, int column) {
    return Integer.bitCount(i & column) % 2 == 0 ? 1 : -1;
  }

  private static void add(double[] h, double length, int direction) {
    for (int c = 0; c < C; c++) {
      h[c] += length * BASIS.at(c, direction);
    }
  }

  private static double[] added(double[] a, double[] b) {
    return IntStream.range(0, C).mapToDouble(c -> a[c] + b[c]).toArray();
  }

  private static double[][] moved(double[][] states, double length, int direction) {
    return IntStream.range(0, N)
        .mapToObj(
            i -> {
              double[] h = states[i].clone();
              add(h, length, direction);
              return h;
            })
        .toArray(double[][]::new);
  }

  private static double[] magnitudes(List<Double> coordinates) {
    return coordinates.stream().mapToDouble(Math::abs).toArray();
  }
}
