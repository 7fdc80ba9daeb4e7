package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.load;
import static palimpsest.ops.cpu.Vectors.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import palimpsest.ops.Tensor;

/** Copies and sums of whole rows: embeddings, gathers, biases, residuals. */
final class Rows {
  private Rows() {}

  /** {@code out[i] = in[indices[i]]}. */
  static void gather(Tensor out, Tensor in, Tensor indices) {
    long bytes = (long) in.columns() * Float.BYTES;
    for (int i = 0; i < out.rows(); i++) {
      long from = indices.memory().getAtIndex(JAVA_INT, i) * bytes;
      MemorySegment.copy(in.memory(), from, out.memory(), i * bytes, bytes);
    }
  }

  /** {@code out = 0}, then {@code out[indices[i]] = in[i]}. */
  static void scatter(Tensor out, Tensor in, Tensor indices) {
    out.memory().fill((byte) 0);
    long bytes = (long) in.columns() * Float.BYTES;
    for (int i = 0; i < in.rows(); i++) {
      long to = indices.memory().getAtIndex(JAVA_INT, i) * bytes;
      MemorySegment.copy(in.memory(), i * bytes, out.memory(), to, bytes);
    }
  }

  /** {@code out[indices[i]] += in[i]}, in the order of i. */
  static void addAt(Tensor out, Tensor indices, Tensor in) {
    int width = in.columns();
    for (int i = 0; i < in.rows(); i++) {
      long to = (long) indices.memory().getAtIndex(JAVA_INT, i) * width;
      add(out.memory(), to, in.memory(), (long) i * width, width);
    }
  }

  /** {@code out += in}. */
  static void add(Tensor out, Tensor in) {
    add(out.memory(), 0, in.memory(), 0, Math.toIntExact(in.size()));
  }

  /** {@code out[n] += bias} for every row. */
  static void addBias(Tensor out, Tensor bias) {
    int width = out.columns();
    for (int n = 0; n < out.rows(); n++) {
      add(out.memory(), (long) n * width, bias.memory(), 0, width);
    }
  }

  /** {@code dBias += Σ dOut[n]}. */
  static void sumInto(Tensor dBias, Tensor dOut) {
    int width = dOut.columns();
    for (int n = 0; n < dOut.rows(); n++) {
      add(dBias.memory(), 0, dOut.memory(), (long) n * width, width);
    }
  }

  private static void add(MemorySegment out, long i, MemorySegment in, long j, int count) {
    int bound = Vectors.bound(count);
    for (int c = 0; c < bound; c += LANES) {
      load(out, i + c).add(load(in, j + c)).intoMemorySegment(out, (i + c) * BYTES, ORDER);
    }
    if (bound < count) {
      VectorMask<Float> tail = Vectors.tail(bound, count);
      load(out, i + bound, tail).add(load(in, j + bound, tail)).intoMemorySegment(out, (i + bound) * BYTES, ORDER, tail);
    }
  }
}
