package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
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
                  JAVA_INT,
                  JAVA_INT,
                  JAVA_INT,
                  JAVA_INT,
                  JAVA_INT,
                  JAVA_INT,
                  JAVA_FLOAT,
                  JAVA_LONG,
                  JAVA_INT,
                  JAVA_LONG,
                  JAVA_INT,
                  JAVA_FLOAT,
                  JAVA_LONG,
                  JAVA_INT));

  private Matmul() {}

  /** {@code out = in · weightᵀ + beta out}; in {@code [N, I]}, weight {@code [O, I]}. */
  static void forward(Tensor out, Tensor in, Tensor weight, float beta) {
    int inputs = in.columns();
    int outputs = out.columns();
    sgemm(
        false,
        true,
        out.rows(),
        outputs,
        inputs,
        1,
        address(in.memory(), 0),
        inputs,
        address(weight.memory(), 0),
        inputs,
        beta,
        address(out.memory(), 0),
        outputs);
  }

  /** {@code dIn = dOut · weight}. */
  static void backwardInput(Tensor dIn, Tensor dOut, Tensor weight) {
    int inputs = dIn.columns();
    int outputs = dOut.columns();
    sgemm(
        false,
        false,
        dIn.rows(),
        inputs,
        outputs,
        1,
        address(dOut.memory(), 0),
        outputs,
        address(weight.memory(), 0),
        inputs,
        0,
        address(dIn.memory(), 0),
        inputs);
  }

  /** {@code dWeight += dOutᵀ · in}. */
  static void backwardWeight(Tensor dWeight, Tensor dOut, Tensor in) {
    int inputs = in.columns();
    int outputs = dOut.columns();
    sgemm(
        true,
        false,
        outputs,
        inputs,
        in.rows(),
        1,
        address(dOut.memory(), 0),
        outputs,
        address(in.memory(), 0),
        inputs,
        1,
        address(dWeight.memory(), 0),
        inputs);
  }

  /**
   * The native address of an element. Addresses, not segments, go to the library: a slice for each
   * of a step's thousands of small products would be a slice on the heap.
   */
  static long address(MemorySegment memory, long index) {
    return memory.address() + Objects.checkIndex(index * Vectors.BYTES, memory.byteSize());
  }

  /** {@code C = alpha op(A) op(B) + beta C} with C {@code [m, n]} and the inner size k. */
  static void sgemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int rowA,
      long b,
      int rowB,
      float beta,
      long c,
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
