package palimpsest.ops.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.Matrix;

class LapackTest {
  private static final double EPSILON = 1e-13;

  @ParameterizedTest
  @CsvSource({"7, 7", "20, 6", "6, 20", "1, 9", "9, 1", "1, 1"})
  void singularValuesAndVectorsGiveTheMatrixBack(int rows, int columns) {
    Matrix matrix = random(rows, columns, 1);
    Lapack.Svd svd = Lapack.svd(matrix);
    int k = Math.min(rows, columns);
    Matrix scaled = scaleRows(svd.vt(), svd.sigma());
    assertClose("U S V'", EPSILON, matrix.values(), naive(svd.u(), scaled).values());
    assertOrthonormalColumns(svd.u());
    assertOrthonormalColumns(svd.vt().transposed());
    assertEquals(k, svd.sigma().length);
    for (int i = 0; i < k; i++) {
      assertTrue(svd.sigma()[i] >= (i + 1 < k ? svd.sigma()[i + 1] : 0), "falling");
    }
  }

  /** Also by way of a QR decomposition, where the matrix is wide: up to the sign of each vector. */
  @ParameterizedTest
  @CsvSource({"7, 7", "6, 11", "6, 40", "20, 3", "1, 50"})
  void leftSingularVectorsAreThoseOfTheWholeDecomposition(int rows, int columns) {
    Matrix matrix = random(rows, columns, 2);
    Lapack.Svd svd = Lapack.svd(matrix);
    Lapack.LeftSvd left = Lapack.left(matrix);
    assertClose("singular values", EPSILON, svd.sigma(), left.sigma());
    for (int i = 0; i < svd.sigma().length; i++) {
      double[] expected = svd.u().column(i);
      double[] vector = left.u().column(i);
      double sign = 0;
      for (int j = 0; j < rows; j++) {
        sign += expected[j] * vector[j];
      }
      assertEquals(1, Math.abs(sign), 1e-10, "vector " + i);
    }
  }

  @Test
  void orthonormalColumnsSpanTheMatrix() {
    Matrix matrix = random(9, 4, 3);
    Matrix q = Lapack.orthonormal(matrix);
    assertOrthonormalColumns(q);
    Matrix projected = Lapack.product(q, Lapack.transposedProduct(q, matrix));
    assertClose("Q Q' A", EPSILON, matrix.values(), projected.values());
  }

  @Test
  void products() {
    Matrix a = random(5, 3, 4);
    Matrix b = random(3, 7, 5);
    Matrix c = random(5, 2, 6);
    assertClose("A B", EPSILON, naive(a, b).values(), Lapack.product(a, b).values());
    assertClose(
        "A' C",
        EPSILON,
        naive(a.transposed(), c).values(),
        Lapack.transposedProduct(a, c).values());
    assertThrows(IllegalArgumentException.class, () -> Lapack.product(a, c));
  }

  @Test
  void refusesWhatIsNotFinite() {
    double[] values = random(3, 3, 7).values();
    values[4] = Double.NaN;
    assertThrows(IllegalArgumentException.class, () -> Lapack.svd(new Matrix(3, 3, values)));
  }

  private static void assertOrthonormalColumns(Matrix q) {
    Matrix gram = naive(q.transposed(), q);
    for (int i = 0; i < q.columns(); i++) {
      for (int j = 0; j < q.columns(); j++) {
        assertEquals(i == j ? 1 : 0, gram.at(i, j), EPSILON);
      }
    }
  }

  private static Matrix scaleRows(Matrix matrix, double[] factors) {
    double[] values = matrix.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[i / matrix.columns()];
    }
    return new Matrix(matrix.rows(), matrix.columns(), values);
  }

  private static Matrix naive(Matrix a, Matrix b) {
    double[] values = new double[a.rows() * b.columns()];
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.columns(); j++) {
        for (int k = 0; k < a.columns(); k++) {
          values[i * b.columns() + j] += a.at(i, k) * b.at(k, j);
        }
      }
    }
    return new Matrix(a.rows(), b.columns(), values);
  }

  private static Matrix random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    return new Matrix(
        rows, columns, random.doubles((long) rows * columns).map(x -> x - 0.5).toArray());
  }
}
