package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import palimpsest.ops.Tensor;

/**
 * Layer norm over the last dimension (Ba, Kiros, Hinton 2016). What is found of a row is used only
 * after a {@link #GROUP} of rows: a sum across lanes and a root take longer than a short row, and
 * the processor does those of several rows at once where none waits for its own.
 */
final class LayerNorm {
  /** Rows between a pass and the next, which still finds them in the cache. */
  static final int GROUP = 32;

  private LayerNorm() {}

  /** {@code mean[n]} and {@code rstd[n] = 1/√(variance + ε)}, in two passes over each row. */
  static void statistics(Tensor mean, Tensor rstd, Tensor in, float epsilon) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment m = mean.memory();
    MemorySegment r = rstd.memory();
    for (int first = 0; first < in.rows(); first += GROUP) {
      int end = Math.min(first + GROUP, in.rows());
      for (int n = first; n < end; n++) {
        m.setAtIndex(JAVA_FLOAT, n, sum(x, (long) n * width, width) / width);
      }
      for (int n = first; n < end; n++) {
        float squares = squares(x, (long) n * width, width, m.getAtIndex(JAVA_FLOAT, n));
        r.setAtIndex(JAVA_FLOAT, n, squares / width);
      }
      for (int n = first; n < end; n++) {
        float variance = r.getAtIndex(JAVA_FLOAT, n);
        r.setAtIndex(JAVA_FLOAT, n, (float) (1 / Math.sqrt(variance + epsilon)));
      }
    }
  }

  private static float sum(MemorySegment x, long row, int width) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      sums = sums.add(fromMemorySegment(SPECIES, x, (row + c) * BYTES, ORDER));
    }
    float sum = Vectors.sum(sums);
    for (int c = bound; c < width; c++) {
      sum += x.getAtIndex(JAVA_FLOAT, row + c);
    }
    return sum;
  }

  static float squares(MemorySegment x, long row, int width, float mean) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      FloatVector d = fromMemorySegment(SPECIES, x, (row + c) * BYTES, ORDER).sub(mean);
      sums = d.fma(d, sums);
    }
    float sum = Vectors.sum(sums);
    for (int c = bound; c < width; c++) {
      float d = x.getAtIndex(JAVA_FLOAT, row + c) - mean;
      sum = Math.fma(d, d, sum);
    }
    return sum;
  }

  /** {@code out = (in − mean) rstd · weight + bias}, four rows at a time. */
  static void normalize(
      Tensor out, Tensor mean, Tensor rstd, Tensor in, Tensor weight, Tensor bias) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment y = out.memory();
    MemorySegment w = weight.memory();
    MemorySegment b = bias.memory();
    MemorySegment m = mean.memory();
    MemorySegment r = rstd.memory();
    int bound = Vectors.bound(width);
    int fours = in.rows() / 4 * 4;
    for (int n = 0; n < fours; n += 4) {
      long row0 = (long) n * width * BYTES;
      long row1 = row0 + width * BYTES;
      long row2 = row1 + width * BYTES;
      long row3 = row2 + width * BYTES;
      float m0 = m.getAtIndex(JAVA_FLOAT, n);
      float m1 = m.getAtIndex(JAVA_FLOAT, n + 1);
      float m2 = m.getAtIndex(JAVA_FLOAT, n + 2);
      float m3 = m.getAtIndex(JAVA_FLOAT, n + 3);
      float r0 = r.getAtIndex(JAVA_FLOAT, n);
      float r1 = r.getAtIndex(JAVA_FLOAT, n + 1);
      float r2 = r.getAtIndex(JAVA_FLOAT, n + 2);
      float r3 = r.getAtIndex(JAVA_FLOAT, n + 3);
      for (int c = 0; c < bound; c += LANES) {
        long at = c * BYTES;
        FloatVector scale = fromMemorySegment(SPECIES, w, at, ORDER);
        FloatVector shift = fromMemorySegment(SPECIES, b, at, ORDER);
        FloatVector normal0 = fromMemorySegment(SPECIES, x, row0 + at, ORDER).sub(m0).mul(r0);
        FloatVector normal1 = fromMemorySegment(SPECIES, x, row1 + at, ORDER).sub(m1).mul(r1);
        FloatVector normal2 = fromMemorySegment(SPECIES, x, row2 + at, ORDER).sub(m2).mul(r2);
        FloatVector normal3 = fromMemorySegment(SPECIES, x, row3 + at, ORDER).sub(m3).mul(r3);
        normal0.fma(scale, shift).intoMemorySegment(y, row0 + at, ORDER);
        normal1.fma(scale, shift).intoMemorySegment(y, row1 + at, ORDER);
        normal2.fma(scale, shift).intoMemorySegment(y, row2 + at, ORDER);
        normal3.fma(scale, shift).intoMemorySegment(y, row3 + at, ORDER);
      }
    }
    for (int n = bound < width ? 0 : fours; n < in.rows(); n++) {
      normalize(y, x, w, b, n, n < fours ? bound : 0, width, m, r);
    }
  }

  /** A row's columns from {@code first} on, one by one. */
  private static void normalize(
      MemorySegment y,
      MemorySegment x,
      MemorySegment w,
      MemorySegment b,
      int n,
      int first,
      int width,
      MemorySegment mean,
      MemorySegment rstd) {
    float m = mean.getAtIndex(JAVA_FLOAT, n);
    float r = rstd.getAtIndex(JAVA_FLOAT, n);
    long row = (long) n * width;
    for (int c = first; c < width; c++) {
      float normal = (x.getAtIndex(JAVA_FLOAT, row + c) - m) * r;
      float scale = w.getAtIndex(JAVA_FLOAT, c);
      y.setAtIndex(JAVA_FLOAT, row + c, Math.fma(normal, scale, b.getAtIndex(JAVA_FLOAT, c)));
    }
  }
}
