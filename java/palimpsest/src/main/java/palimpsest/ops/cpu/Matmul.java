package palimpsest.ops.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import palimpsest.ops.Tensor;

/** The products of a linear layer and its gradients. */
final class Matmul {
  private final Blas blas;

  Matmul(Blas blas) {
    this.blas = blas;
  }

  /** {@code out = in · weightᵀ + beta out}; in {@code [N, I]}, weight {@code [O, I]}. */
  void forward(Tensor out, Tensor in, Tensor weight, float beta) {
    int inputs = in.columns();
    int outputs = out.columns();
    blas.sgemm(
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
  void backwardInput(Tensor dIn, Tensor dOut, Tensor weight) {
    int inputs = dIn.columns();
    int outputs = dOut.columns();
    blas.sgemm(
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
  void backwardWeight(Tensor dWeight, Tensor dOut, Tensor in) {
    int inputs = in.columns();
    int outputs = dOut.columns();
    blas.sgemm(
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

  /** The native address of an element, see {@link Blas#sgemm}. */
  static long address(MemorySegment memory, long index) {
    return memory.address() + Objects.checkIndex(index * Vectors.BYTES, memory.byteSize());
  }
}
