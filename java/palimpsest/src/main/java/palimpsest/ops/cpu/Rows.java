package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
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
    addBias(out, bias, 0, out.rows());
  }

  /** {@code out[n] += bias} for the rows n in {@code [first, end)}. */
  static void addBias(Tensor out, Tensor bias, int first, int end) {
    int width = out.columns();
    for (int n = first; n < end; n++) {
      add(out.memory(), (long) n * width, bias.memory(), 0, width);
    }
  }

  /** {@code dBias += Σ dOut[n]}, four rows at a time. */
  static void sumInto(Tensor dBias, Tensor dOut) {
    int width = dOut.columns();
    MemorySegment sums = dBias.memory();
    MemorySegment d = dOut.memory();
    int bound = Vectors.bound(width);
    int fours = dOut.rows() / 4 * 4;
    for (int n = 0; n < fours; n += 4) {
      long row0 = (long) n * width * BYTES;
      long row1 = row0 + width * BYTES;
      long row2 = row1 + width * BYTES;
      long row3 = row2 + width * BYTES;
      for (int c = 0; c < bound; c += LANES) {
        long at = c * BYTES;
        fromMemorySegment(SPECIES, sums, at, ORDER)
            .add(fromMemorySegment(SPECIES, d, row0 + at, ORDER))
            .add(fromMemorySegment(SPECIES, d, row1 + at, ORDER))
            .add(fromMemorySegment(SPECIES, d, row2 + at, ORDER))
            .add(fromMemorySegment(SPECIES, d, row3 + at, ORDER))
            .intoMemorySegment(sums, at, ORDER);
      }
    }
    for (int n = bound < width ? 0 : fours; n < dOut.rows(); n++) {
      for (int c = n < fours ? bound : 0; c < width; c++) {
        float sum = sums.getAtIndex(JAVA_FLOAT, c) + d.getAtIndex(JAVA_FLOAT, (long) n * width + c);
        sums.setAtIndex(JAVA_FLOAT, c, sum);
      }
    }
  }

  private static void add(MemorySegment out, long i, MemorySegment in, long j, int count) {
    int bound = Vectors.bound(count);
    for (int c = 0; c < bound; c += LANES) {
      long at = (i + c) * BYTES;
      fromMemorySegment(SPECIES, out, at, ORDER)
          .add(fromMemorySegment(SPECIES, in, (j + c) * BYTES, ORDER))
          .intoMemorySegment(out, at, ORDER);
    }
    for (int c = bound; c < count; c++) {
      float sum = out.getAtIndex(JAVA_FLOAT, i + c) + in.getAtIndex(JAVA_FLOAT, j + c);
      out.setAtIndex(JAVA_FLOAT, i + c, sum);
    }
  }
}
