package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import palimpsest.base.Matrix;
import palimpsest.base.RunException;

/**
 * Decompositions and products in double precision by the LAPACK and BLAS of {@link OpenBlas}, on
 * the calling thread. LAPACK's matrices are column-major: what it is handed as {@code [n, m]} is
 * the transpose of the row-major {@code [m, n]} that lies there, so that nothing is copied around.
 */
public final class Lapack {
  private static final int ROW_MAJOR = 101;
  private static final int COLUMN_MAJOR = 102;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  /** How much wider than high a matrix is before a QR decomposition makes it square. */
  private static final int WIDE = 2;

  private static final OpenBlas BLAS = OpenBlas.any();

  /** {@code LAPACKE_dgesdd(layout, jobz, m, n, a, lda, s, u, ldu, vt, ldvt)}. */
  private static final MethodHandle DGESDD =
      BLAS.function(
          "LAPACKE_dgesdd",
          FunctionDescriptor.of(
              JAVA_INT, JAVA_INT, JAVA_BYTE, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS,
              ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));

  /** {@code LAPACKE_dgeqrf(layout, m, n, a, lda, tau)}. */
  private static final MethodHandle DGEQRF =
      BLAS.function(
          "LAPACKE_dgeqrf",
          FunctionDescriptor.of(
              JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));

  /** {@code LAPACKE_dorgqr(layout, m, n, k, a, lda, tau)}. */
  private static final MethodHandle DORGQR =
      BLAS.function(
          "LAPACKE_dorgqr",
          FunctionDescriptor.of(
              JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));

  /** {@code cblas_dgemm(layout, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)}. */
  private static final MethodHandle DGEMM =
      BLAS.function(
          "cblas_dgemm",
          FunctionDescriptor.ofVoid(
              JAVA_INT,
              JAVA_INT,
              JAVA_INT,
              JAVA_INT,
              JAVA_INT,
              JAVA_INT,
              JAVA_DOUBLE,
              ADDRESS,
              JAVA_INT,
              ADDRESS,
              JAVA_INT,
              JAVA_DOUBLE,
              ADDRESS,
              JAVA_INT));

  private Lapack() {}

  /**
   * {@code A = U diag(σ) Vᵀ} of {@code A [m, n]}, thin: {@code k = min(m, n)}.
   *
   * @param u {@code [m, k]}, orthonormal columns
   * @param sigma {@code [k]}, falling
   * @param vt {@code [k, n]}, orthonormal rows
   */
  public record Svd(Matrix u, double[] sigma, Matrix vt) {}

  /**
   * The part of a singular value decomposition that lies in the space of the columns.
   *
   * @param u {@code [m, k]}, orthonormal columns
   * @param sigma {@code [k]}, falling
   */
  public record LeftSvd(Matrix u, double[] sigma) {}

  /** The singular value decomposition, by divide and conquer ({@code dgesdd}). */
  public static Svd svd(Matrix matrix) {
    int m = matrix.rows();
    int n = matrix.columns();
    int k = Math.min(m, n);
    if (k == 0) {
      throw new IllegalArgumentException("a matrix of %d x %d".formatted(m, n));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = arena.allocateFrom(JAVA_DOUBLE, matrix.values());
      MemorySegment sigma = arena.allocate(JAVA_DOUBLE, k);
      MemorySegment u = arena.allocate(JAVA_DOUBLE, (long) m * k);
      MemorySegment vt = arena.allocate(JAVA_DOUBLE, (long) k * n);
      // Aᵀ = V diag(σ) Uᵀ: what LAPACK calls u is V, and column-major V lies there as Vᵀ.
      int info = (int) DGESDD.invokeExact(COLUMN_MAJOR, (byte) 'S', n, m, a, n, sigma, vt, n, u, k);
      check("dgesdd", info);
      return new Svd(
          new Matrix(m, k, u.toArray(JAVA_DOUBLE)),
          sigma.toArray(JAVA_DOUBLE),
          new Matrix(k, n, vt.toArray(JAVA_DOUBLE)));
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /**
   * Left singular vectors and singular values. A wide matrix (an embedding) is first reduced to a
   * square one: {@code Aᵀ = Q R} gives {@code A = Rᵀ Qᵀ}, and {@code Rᵀ} has the same ones.
   */
  public static LeftSvd left(Matrix matrix) {
    boolean wide = matrix.columns() > WIDE * matrix.rows();
    Svd svd = svd(wide ? lowerTriangle(matrix) : matrix);
    return new LeftSvd(svd.u(), svd.sigma());
  }

  /** {@code Rᵀ [m, m]} of {@code Aᵀ = Q R}, {@code A [m, n]}, n ≥ m. */
  private static Matrix lowerTriangle(Matrix matrix) {
    int m = matrix.rows();
    int n = matrix.columns();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = arena.allocateFrom(JAVA_DOUBLE, matrix.values());
      MemorySegment tau = arena.allocate(JAVA_DOUBLE, m);
      check("dgeqrf", (int) DGEQRF.invokeExact(COLUMN_MAJOR, n, m, a, n, tau));
      double[] lower = new double[m * m];
      for (int row = 0; row < m; row++) {
        MemorySegment.copy(a, JAVA_DOUBLE, (long) row * n * 8, lower, row * m, row + 1);
      }
      return new Matrix(m, m, lower);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** {@code Q [m, n]} of {@code A = Q R}, n ≤ m: orthonormal columns that span those of A. */
  public static Matrix orthonormal(Matrix matrix) {
    int m = matrix.rows();
    int n = matrix.columns();
    if (n > m) {
      throw new IllegalArgumentException("%d columns in %d dimensions".formatted(n, m));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = arena.allocateFrom(JAVA_DOUBLE, matrix.transposed().values());
      MemorySegment tau = arena.allocate(JAVA_DOUBLE, Math.max(1, n));
      check("dgeqrf", (int) DGEQRF.invokeExact(COLUMN_MAJOR, m, n, a, m, tau));
      check("dorgqr", (int) DORGQR.invokeExact(COLUMN_MAJOR, m, n, n, a, m, tau));
      return new Matrix(n, m, a.toArray(JAVA_DOUBLE)).transposed();
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** {@code A B}. */
  public static Matrix product(Matrix a, Matrix b) {
    return product(PLAIN, a, a.rows(), a.columns(), b);
  }

  /** {@code Aᵀ B}. */
  public static Matrix transposedProduct(Matrix a, Matrix b) {
    return product(TRANSPOSED, a, a.columns(), a.rows(), b);
  }

  /**
   * @param rows of what is multiplied with B
   * @param inner its columns
   */
  private static Matrix product(int how, Matrix a, int rows, int inner, Matrix b) {
    if (inner != b.rows()) {
      throw new IllegalArgumentException("%d columns times %d rows".formatted(inner, b.rows()));
    }
    int columns = b.columns();
    if (rows == 0 || columns == 0) {
      return new Matrix(rows, columns, new double[0]);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment left = arena.allocateFrom(JAVA_DOUBLE, a.values());
      MemorySegment right = arena.allocateFrom(JAVA_DOUBLE, b.values());
      MemorySegment out = arena.allocate(JAVA_DOUBLE, (long) rows * columns);
      int width = a.columns();
      DGEMM.invokeExact(
          ROW_MAJOR, how, PLAIN, rows, columns, inner, 1.0, left, width, right, columns, 0.0, out,
          columns);
      return new Matrix(rows, columns, out.toArray(JAVA_DOUBLE));
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** A negative {@code info} is a wrong argument (a NaN in the matrix too); above 0, a failure. */
  private static void check(String routine, int info) {
    if (info < 0) {
      throw new IllegalArgumentException(
          "%s refuses its argument %d; is a number in the matrix not finite?"
              .formatted(routine, -info));
    }
    if (info > 0) {
      throw new RunException("%s did not converge (info %d)".formatted(routine, info));
    }
  }

  private static RuntimeException failure(Throwable thrown) {
    return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
  }
}
