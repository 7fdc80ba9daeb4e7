package palimpsest.analysis.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/** The linear toy of the theory's section: what another program found with it. */
class LinearToyTest {
  private static final LinearToy TOY = LinearToy.USUAL;
  private static final double CHANCE = Math.sqrt(2 / (Math.PI * TOY.width()));

  @ParameterizedTest
  @EnumSource
  void keepsEveryAssumption(LinearToy.Updates updates) {
    var random = Planted.random("toy");
    double[] strongest = Lapack.svd(TOY.input(random)).u().column(0);
    LinearStack stack = TOY.stack(updates, 2, strongest, random);
    for (LinearStack.Layer layer : stack.layers()) {
      double[] weight = Lapack.svd(layer.weight()).sigma();
      double[] update = Lapack.svd(layer.update()).sigma();
      int rank = updates == LinearToy.Updates.COHERENT ? 1 : TOY.updateRank();
      assertEquals(TOY.delta(), weight[0], 1e-12);
      assertEquals(TOY.delta(), weight[TOY.rank() - 1], 1e-12);
      assertEquals(0, weight[TOY.rank()], 1e-12);
      assertEquals(TOY.epsilon(), update[0], 1e-12);
      assertEquals(TOY.epsilon(), update[rank - 1], 1e-12);
      assertEquals(0, update[rank], 1e-12);
      Matrix product = Lapack.transposedProduct(layer.weight(), layer.update());
      assertEquals(0, Arrays.stream(product.values()).map(Math::abs).max().orElseThrow(), 1e-15);
    }
  }

  /** The bound is attained: 0.010, 0.020, 0.040, 0.080, 0.120, 0.244. */
  @ParameterizedTest
  @CsvSource({"1, 0.010", "2, 0.020", "4, 0.040", "8, 0.080", "12, 0.120", "24, 0.244"})
  void coherentUpdatesShiftInProportionToDepth(int layers, double expected) {
    LinearToy.Depth depth = TOY.depth(LinearToy.Updates.COHERENT, layers, 0, 1, 1);
    assertEquals(expected, depth.shift(), 0.05 * expected);
    assertTrue(depth.shift() <= depth.bound());
  }

  /** Slower than linear: the other program's are 2.54, 3.39, 3.44, 5.20, 5.73, 8.42. */
  @Test
  void independentUpdatesShiftLikeARandomWalk() {
    double[] layers = {1, 2, 4, 8, 12, 24};
    double[] others = {2.54, 3.39, 3.44, 5.20, 5.73, 8.42};
    double[] shifts = new double[layers.length];
    double[] sizes = new double[layers.length];
    for (int i = 0; i < layers.length; i++) {
      LinearToy.Depth depth = TOY.depth(LinearToy.Updates.INDEPENDENT, (int) layers[i], 0, 4, 1);
      shifts[i] = depth.shift();
      sizes[i] = depth.size();
      assertEquals(CHANCE, depth.cosine(), 0.035, "cosine with the first component");
      assertTrue(depth.shift() < 0.35 * depth.bound());
    }
    assertEquals(
        PowerLaw.exponent(layers, others), PowerLaw.exponent(layers, shifts), 0.08, "spectral");
    assertEquals(0.5, PowerLaw.exponent(layers, sizes), 0.03, "Frobenius");
  }

  /** Freezing the bottom n of 12: 6.18, 5.63, 5.06, 4.54, 3.81, 2.58, 0 in the other program. */
  @Test
  void freezingTheBottomShiftsLess() {
    int[] frozen = {0, 3, 6, 7, 9, 11, 12};
    double[] others = {6.18, 5.63, 5.06, 4.54, 3.81, 2.58, 0};
    double whole = TOY.depth(LinearToy.Updates.INDEPENDENT, 12, 0, 4, 1).shift();
    for (int i = 0; i < frozen.length; i++) {
      LinearToy.Depth depth = TOY.depth(LinearToy.Updates.INDEPENDENT, 12, frozen[i], 4, 1);
      assertEquals(others[i] / others[0], depth.shift() / whole, 0.2, "frozen " + frozen[i]);
      assertEquals(Math.sqrt((12 - frozen[i]) / 12.0), depth.shift() / whole, 0.15);
    }
  }
}
