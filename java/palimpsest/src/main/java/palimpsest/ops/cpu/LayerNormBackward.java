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

/** The gradients of {@link LayerNorm}. */
final class LayerNormBackward {
  /** The two means of each row of a group; a thread's own, for lanes share what they run. */
  private static final ThreadLocal<float[]> MEANS =
      ThreadLocal.withInitial(() -> new float[2 * LayerNorm.GROUP]);

  private LayerNormBackward() {}

  /** {@code dWeight += Σ dOut · normal}, {@code dBias += Σ dOut}, four rows at a time. */
  static void weights(
      Tensor dWeight, Tensor dBias, Tensor dOut, Tensor in, Tensor mean, Tensor rstd) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment dw = dWeight.memory();
    MemorySegment db = dBias.memory();
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
        FloatVector d0 = fromMemorySegment(SPECIES, dy, row0 + at, ORDER);
        FloatVector d1 = fromMemorySegment(SPECIES, dy, row1 + at, ORDER);
        FloatVector d2 = fromMemorySegment(SPECIES, dy, row2 + at, ORDER);
        FloatVector d3 = fromMemorySegment(SPECIES, dy, row3 + at, ORDER);
        FloatVector normal0 = fromMemorySegment(SPECIES, x, row0 + at, ORDER).sub(m0).mul(r0);
        FloatVector normal1 = fromMemorySegment(SPECIES, x, row1 + at, ORDER).sub(m1).mul(r1);
        FloatVector normal2 = fromMemorySegment(SPECIES, x, row2 + at, ORDER).sub(m2).mul(r2);
        FloatVector normal3 = fromMemorySegment(SPECIES, x, row3 + at, ORDER).sub(m3).mul(r3);
        FloatVector sum = normal0.fma(d0, fromMemorySegment(SPECIES, dw, at, ORDER));
        sum = normal3.fma(d3, normal2.fma(d2, normal1.fma(d1, sum)));
        sum.intoMemorySegment(dw, at, ORDER);
        d0.add(fromMemorySegment(SPECIES, db, at, ORDER))
            .add(d1)
            .add(d2)
            .add(d3)
            .intoMemorySegment(db, at, ORDER);
      }
    }
    for (int n = bound < width ? 0 : fours; n < in.rows(); n++) {
      weights(dw, db, dy, x, n, n < fours ? bound : 0, width, m, r);
    }
  }

  /** What a row adds to the columns from {@code first} on, one by one. */
  private static void weights(
      MemorySegment dw,
      MemorySegment db,
      MemorySegment dy,
      MemorySegment x,
      int n,
      int first,
      int width,
      MemorySegment mean,
      MemorySegment rstd) {
    float m = mean.getAtIndex(JAVA_FLOAT, n);
    float r = rstd.getAtIndex(JAVA_FLOAT, n);
    long row = (long) n * width;
    for (int c = first; c < width; c++) {
      float d = dy.getAtIndex(JAVA_FLOAT, row + c);
      float normal = (x.getAtIndex(JAVA_FLOAT, row + c) - m) * r;
      dw.setAtIndex(JAVA_FLOAT, c, Math.fma(normal, d, dw.getAtIndex(JAVA_FLOAT, c)));
      db.setAtIndex(JAVA_FLOAT, c, d + db.getAtIndex(JAVA_FLOAT, c));
    }
  }

  /**
   * {@code dIn += rstd (g − mean(g) − normal · mean(g · normal))} with {@code g = dOut · weight}.
   */
  static void input(Tensor dIn, Tensor dOut, Tensor in, Tensor weight, Tensor mean, Tensor rstd) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment dx = dIn.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment w = weight.memory();
    float[] means = MEANS.get();
    for (int first = 0; first < in.rows(); first += LayerNorm.GROUP) {
      int end = Math.min(first + LayerNorm.GROUP, in.rows());
      means(means, dy, w, x, first, end, width, mean.memory(), rstd.memory());
      for (int n = first; n < end; n++) {
        float m = mean.memory().getAtIndex(JAVA_FLOAT, n);
        float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
        long row = (long) n * width;
        int i = 2 * (n - first);
        addInput(dx, dy, w, x, row, width, m, r, means[i], means[i + 1]);
      }
    }
  }

  /** {@code mean(g)} and {@code mean(g · normal)} of rows, in turn. */
  private static void means(
      float[] out,
      MemorySegment dy,
      MemorySegment w,
      MemorySegment x,
      int first,
      int end,
      int width,
      MemorySegment mean,
      MemorySegment rstd) {
    int bound = Vectors.bound(width);
    for (int n = first; n < end; n++) {
      long row = (long) n * width;
      float m = mean.getAtIndex(JAVA_FLOAT, n);
      float r = rstd.getAtIndex(JAVA_FLOAT, n);
      FloatVector sums = FloatVector.zero(SPECIES);
      FloatVector normalSums = FloatVector.zero(SPECIES);
      for (int c = 0; c < bound; c += LANES) {
        long at = (row + c) * BYTES;
        FloatVector scale = fromMemorySegment(SPECIES, w, c * BYTES, ORDER);
        FloatVector d = fromMemorySegment(SPECIES, dy, at, ORDER);
        FloatVector normal = fromMemorySegment(SPECIES, x, at, ORDER).sub(m).mul(r);
        sums = d.fma(scale, sums);
        normalSums = normal.fma(d.mul(scale), normalSums);
      }
      float sum = Vectors.sum(sums);
      float normalSum = Vectors.sum(normalSums);
      for (int c = bound; c < width; c++) {
        float d = dy.getAtIndex(JAVA_FLOAT, row + c);
        float scale = w.getAtIndex(JAVA_FLOAT, c);
        sum = Math.fma(d, scale, sum);
        normalSum = Math.fma((x.getAtIndex(JAVA_FLOAT, row + c) - m) * r, d * scale, normalSum);
      }
      out[2 * (n - first)] = sum / width;
      out[2 * (n - first) + 1] = normalSum / width;
    }
  }

  static void addInput(
      MemorySegment dx,
      MemorySegment dy,
      MemorySegment w,
      MemorySegment x,
      long row,
      int width,
      float mean,
      float rstd,
      float meanG,
      float meanGNormal) {
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      long at = (row + c) * BYTES;
      FloatVector scale = fromMemorySegment(SPECIES, w, c * BYTES, ORDER);
      FloatVector g = fromMemorySegment(SPECIES, dy, at, ORDER).mul(scale);
      FloatVector normal = fromMemorySegment(SPECIES, x, at, ORDER).sub(mean).mul(rstd);
      FloatVector d = g.sub(meanG).sub(normal.mul(meanGNormal)).mul(rstd);
      d.add(fromMemorySegment(SPECIES, dx, at, ORDER)).intoMemorySegment(dx, at, ORDER);
    }
    for (int c = bound; c < width; c++) {
      float g = dy.getAtIndex(JAVA_FLOAT, row + c) * w.getAtIndex(JAVA_FLOAT, c);
      float normal = (x.getAtIndex(JAVA_FLOAT, row + c) - mean) * rstd;
      float d = (g - meanG - normal * meanGNormal) * rstd;
      dx.setAtIndex(JAVA_FLOAT, row + c, d + dx.getAtIndex(JAVA_FLOAT, row + c));
    }
  }
}
