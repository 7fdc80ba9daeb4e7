package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import palimpsest.ops.Tensor;

/** Products by {@code cblas_sgemm}, row-major. */
final class Matmul {
  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  private static final MethodHandle SGEMM =
      OpenBlas.get()
          .function(
              "cblas_sgemm",
              FunctionDescriptor.ofVoid(
                  JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_FLOAT, ADDRESS,
                  JAVA_INT, ADDRESS, JAVA_INT, JAVA_FLOAT, ADDRESS, JAVA_INT));

  private Matmul() {}

  /** {@code out = in · weightᵀ + beta out}; in {@code [N, I]}, weight {@code [O, I]}. */
  static void forward(Tensor out, Tensor in, Tensor weight, float beta) {
    int inputs = in.columns();
    int outputs = out.columns();
    sgemm(
        false, true, out.rows(), outputs, inputs, 1, in.memory(), inputs, weight.memory(), inputs,
        beta, out.memory(), outputs);
  }

  /** {@code dIn = dOut · weight}. */
  static void backwardInput(Tensor dIn, Tensor dOut, Tensor weight) {
    int inputs = dIn.columns();
    int outputs = dOut.columns();
    sgemm(
        false, false, dIn.rows(), inputs, outputs, 1, dOut.memory(), outputs, weight.memory(),
        inputs, 0, dIn.memory(), inputs);
  }

  /** {@code dWeight += dOutᵀ · in}. */
  static void backwardWeight(Tensor dWeight, Tensor dOut, Tensor in) {
    int inputs = in.columns();
    int outputs = dOut.columns();
    sgemm(
        true, false, outputs, inputs, in.rows(), 1, dOut.memory(), outputs, in.memory(), inputs, 1,
        dWeight.memory(), inputs);
  }

  /** {@code C = alpha op(A) op(B) + beta C} with C {@code [m, n]} and the inner size k. */
  static void sgemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float alpha,
      MemorySegment a,
      int rowA,
      MemorySegment b,
      int rowB,
      float beta,
      MemorySegment c,
      int rowC) {
    try {
      SGEMM.invokeExact(
          ROW_MAJOR,
          transposeA ? TRANSPOSED : PLAIN,
          transposeB ? TRANSPOSED : PLAIN,
          m,
          n,
          k,
          alpha,
          a,
          rowA,
          b,
          rowB,
          beta,
          c,
          rowC);
    } catch (Throwable e) {
      throw new IllegalStateException("cblas_sgemm", e);
    }
  }
}
