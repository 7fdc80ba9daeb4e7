package palimpsest.analysis.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/** What can be said of linear layers by hand. */
class LinearStackTest {
  private static final int D = 12;
  private static final double DELTA = 0.3;
  private static final double EPSILON = 0.2;

  static Stream<Arguments> depths() {
    return Stream.of(1, 2, 5, 12).flatMap(l -> Stream.of(0, 1, l).map(n -> Arguments.of(l, n)));
  }

  /** ΔW = ε u vᵀ with u ⊥ v and W = 0: every layer adds ε u to v, and nothing is passed on. */
  @ParameterizedTest
  @MethodSource("depths")
  void coherentOrthogonalShiftsAddUp(int layers, int frozen) {
    var layer = new LinearStack.Layer(scaled(0, 0, 0), scaled(EPSILON, 1, 0));
    double[] shift = shift(layer, layers, frozen);
    double[] expected = new double[D];
    expected[1] = ShiftBound.proportional(EPSILON, layers, frozen);
    assertArrayEquals(expected, shift, 1e-12);
  }

  /** W = δ v vᵀ, ΔW = ε v vᵀ: nothing can move further, the bound is attained. */
  @ParameterizedTest
  @MethodSource("depths")
  void alignedUpdatesAttainTheBound(int layers, int frozen) {
    var layer = new LinearStack.Layer(scaled(DELTA, 0, 0), scaled(EPSILON, 0, 0));
    double[] expected = new double[D];
    expected[0] = ShiftBound.of(DELTA, EPSILON, layers, frozen);
    assertArrayEquals(expected, shift(layer, layers, frozen), 1e-9 * (1 + expected[0]));
  }

  @ParameterizedTest
  @CsvSource({
    // delta, epsilon, layers, frozen, by hand
    "0, 0.01, 1, 0, 0.01",
    "0, 0.5, 2, 0, 1.25",
    "0.5, 0.5, 2, 1, 0.75",
    "1, 1, 3, 0, 19",
    "0.1, 0.7, 4, 4, 0"
  })
  void theBound(double delta, double epsilon, int layers, int frozen, double expected) {
    assertEquals(expected, ShiftBound.of(delta, epsilon, layers, frozen), 1e-12);
    List<Double> deltas = Collections.nCopies(layers, delta);
    List<Double> epsilons = new ArrayList<>(Collections.nCopies(frozen, 0.0));
    epsilons.addAll(Collections.nCopies(layers - frozen, epsilon));
    assertEquals(expected, ShiftBound.of(deltas, epsilons, 0, layers), 1e-12);
  }

  @Test
  void anInputThatMovesIsPassedOn() {
    assertEquals(0.25, ShiftBound.of(List.of(), List.of(), 0.25, 0), 1e-12);
    double expected = 1.1 * 1.5 * 1.2 - 1.2 * 1.2;
    assertEquals(expected, ShiftBound.of(List.of(0.2, 0.2), List.of(0.3, 0.0), 0.1, 2), 1e-12);
  }

  /** {@code X̃^L − X^L = Σ_ℓ [Π_{k>ℓ} (I + W̃^k)] ΔW^ℓ X^{ℓ−1}}, and the bound on its norm. */
  @Test
  void theShiftIsWhatEachUpdateAddsCarriedUp() {
    RandomGenerator random = Planted.random("stack");
    List<LinearStack.Layer> layers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      layers.add(new LinearStack.Layer(randomOfNorm(DELTA, random), randomOfNorm(EPSILON, random)));
    }
    var stack = new LinearStack(layers);
    Matrix x = Planted.gaussian(D, 7, random);
    List<Matrix> before = stack.before(x);
    Matrix shift = stack.after(x, 0).getLast().minus(before.getLast());

    double[] sum = new double[shift.values().length];
    for (int i = 0; i < layers.size(); i++) {
      Matrix carried = Lapack.product(layers.get(i).update(), before.get(i));
      for (int k = i + 1; k < layers.size(); k++) {
        Matrix weight = Lapack.product(layers.get(k).weight(), carried);
        Matrix update = Lapack.product(layers.get(k).update(), carried);
        double[] next = carried.values().clone();
        for (int j = 0; j < next.length; j++) {
          next[j] += weight.values()[j] + update.values()[j];
        }
        carried = new Matrix(D, 7, next);
      }
      for (int j = 0; j < sum.length; j++) {
        sum[j] += carried.values()[j];
      }
    }
    assertArrayEquals(sum, shift.values(), 1e-12);
    double relative = Lapack.svd(shift).sigma()[0] / Lapack.svd(x).sigma()[0];
    assertTrue(relative < ShiftBound.of(DELTA, EPSILON, 6, 0), "the bound is broken: " + relative);
    assertTrue(relative > 0.1, "nothing moved");
  }

  private static double[] shift(LinearStack.Layer layer, int layers, int frozen) {
    var stack = new LinearStack(Collections.nCopies(layers, layer));
    double[] first = new double[D];
    first[0] = 1;
    Matrix x = new Matrix(D, 1, first);
    return stack.after(x, frozen).getLast().minus(stack.before(x).getLast()).values();
  }

  /** All zeros but one element. */
  private static Matrix scaled(double value, int row, int column) {
    double[] values = new double[D * D];
    values[row * D + column] = value;
    return new Matrix(D, D, values);
  }

  private static Matrix randomOfNorm(double norm, RandomGenerator random) {
    Matrix drawn = Planted.gaussian(D, D, random);
    double[] values = drawn.values().clone();
    double scale = norm / Lapack.svd(drawn).sigma()[0];
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    return new Matrix(D, D, values);
  }
}
