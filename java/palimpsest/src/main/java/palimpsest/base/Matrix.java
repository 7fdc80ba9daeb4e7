package palimpsest.base;

import java.util.Arrays;
import java.util.List;

/**
 * A matrix in double precision, for what is computed about models rather than by them.
 *
 * @param values row-major {@code [rows, columns]}; the matrix's own, not to be changed
 */
public record Matrix(int rows, int columns, double[] values) {
  public Matrix {
    if ((long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          "a matrix of %d x %d has %d values".formatted(rows, columns, values.length));
    }
  }

  /** From rows of one length. */
  public static Matrix ofRows(List<double[]> rows) {
    int columns = rows.isEmpty() ? 0 : rows.getFirst().length;
    double[] values = new double[Math.multiplyExact(rows.size(), columns)];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * columns, columns);
    }
    return new Matrix(rows.size(), columns, values);
  }

  public double at(int row, int column) {
    return values[row * columns + column];
  }

  /** A copy of one column. */
  public double[] column(int column) {
    double[] copy = new double[rows];
    for (int i = 0; i < rows; i++) {
      copy[i] = at(i, column);
    }
    return copy;
  }

  /** The first so many columns. */
  public Matrix firstColumns(int count) {
    double[] kept = new double[rows * count];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(values, i * columns, kept, i * count, count);
    }
    return new Matrix(rows, count, kept);
  }

  /** {@code Aᵀ}. */
  public Matrix transposed() {
    double[] turned = new double[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        turned[j * rows + i] = values[i * columns + j];
      }
    }
    return new Matrix(columns, rows, turned);
  }

  /** {@code A − B}. */
  public Matrix minus(Matrix other) {
    if (rows != other.rows || columns != other.columns) {
      throw new IllegalArgumentException(
          "%d x %d minus %d x %d".formatted(rows, columns, other.rows, other.columns));
    }
    double[] difference = new double[values.length];
    Arrays.setAll(difference, i -> values[i] - other.values[i]);
    return new Matrix(rows, columns, difference);
  }
}
