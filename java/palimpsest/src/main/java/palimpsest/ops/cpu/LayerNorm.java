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

/** Layer norm over the last dimension (Ba, Kiros, Hinton 2016), a pass over a row at a time. */
final class LayerNorm {
  private LayerNorm() {}

  /** {@code mean[n]} and {@code rstd[n] = 1/√(variance + ε)}, in two passes over each row. */
  static void statistics(Tensor mean, Tensor rstd, Tensor in, float epsilon) {
    int width = in.columns();
    MemorySegment x = in.memory();
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float m = sum(x, row, width) / width;
      float variance = squares(x, row, width, m) / width;
      mean.memory().setAtIndex(JAVA_FLOAT, n, m);
      rstd.memory().setAtIndex(JAVA_FLOAT, n, (float) (1 / Math.sqrt(variance + epsilon)));
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

  /** {@code out = (in − mean) rstd · weight + bias}. */
  static void normalize(
      Tensor out, Tensor mean, Tensor rstd, Tensor in, Tensor weight, Tensor bias) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment y = out.memory();
    MemorySegment w = weight.memory();
    MemorySegment b = bias.memory();
    int bound = Vectors.bound(width);
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float m = mean.memory().getAtIndex(JAVA_FLOAT, n);
      float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
      for (int c = 0; c < bound; c += LANES) {
        FloatVector scale = fromMemorySegment(SPECIES, w, c * BYTES, ORDER);
        FloatVector shift = fromMemorySegment(SPECIES, b, c * BYTES, ORDER);
        long at = (row + c) * BYTES;
        FloatVector normal = fromMemorySegment(SPECIES, x, at, ORDER).sub(m).mul(r);
        normal.fma(scale, shift).intoMemorySegment(y, at, ORDER);
      }
      for (int c = bound; c < width; c++) {
        float normal = (x.getAtIndex(JAVA_FLOAT, row + c) - m) * r;
        float scale = w.getAtIndex(JAVA_FLOAT, c);
        y.setAtIndex(JAVA_FLOAT, row + c, Math.fma(normal, scale, b.getAtIndex(JAVA_FLOAT, c)));
      }
    }
  }

  /** {@code dWeight += Σ dOut · normal}, {@code dBias += Σ dOut}. */
  static void backwardWeights(
      Tensor dWeight, Tensor dBias, Tensor dOut, Tensor in, Tensor mean, Tensor rstd) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment dw = dWeight.memory();
    MemorySegment db = dBias.memory();
    int bound = Vectors.bound(width);
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float m = mean.memory().getAtIndex(JAVA_FLOAT, n);
      float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
      for (int c = 0; c < bound; c += LANES) {
        long at = (row + c) * BYTES;
        FloatVector d = fromMemorySegment(SPECIES, dy, at, ORDER);
        FloatVector normal = fromMemorySegment(SPECIES, x, at, ORDER).sub(m).mul(r);
        normal
            .fma(d, fromMemorySegment(SPECIES, dw, c * BYTES, ORDER))
            .intoMemorySegment(dw, c * BYTES, ORDER);
        d.add(fromMemorySegment(SPECIES, db, c * BYTES, ORDER))
            .intoMemorySegment(db, c * BYTES, ORDER);
      }
      for (int c = bound; c < width; c++) {
        float d = dy.getAtIndex(JAVA_FLOAT, row + c);
        float normal = (x.getAtIndex(JAVA_FLOAT, row + c) - m) * r;
        dw.setAtIndex(JAVA_FLOAT, c, Math.fma(normal, d, dw.getAtIndex(JAVA_FLOAT, c)));
        db.setAtIndex(JAVA_FLOAT, c, d + db.getAtIndex(JAVA_FLOAT, c));
      }
    }
  }

  /**
   * {@code dIn += rstd (g − mean(g) − normal · mean(g · normal))} with {@code g = dOut · weight}.
   */
  static void backwardInput(
      Tensor dIn, Tensor dOut, Tensor in, Tensor weight, Tensor mean, Tensor rstd) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment dx = dIn.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment w = weight.memory();
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float m = mean.memory().getAtIndex(JAVA_FLOAT, n);
      float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
      float meanG = sumOfG(dy, w, row, width) / width;
      float meanGNormal = sumOfGNormal(dy, w, x, row, width, m, r) / width;
      addInput(dx, dy, w, x, row, width, m, r, meanG, meanGNormal);
    }
  }

  private static float sumOfG(MemorySegment dy, MemorySegment w, long row, int width) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      FloatVector d = fromMemorySegment(SPECIES, dy, (row + c) * BYTES, ORDER);
      sums = d.fma(fromMemorySegment(SPECIES, w, c * BYTES, ORDER), sums);
    }
    float sum = Vectors.sum(sums);
    for (int c = bound; c < width; c++) {
      sum = Math.fma(dy.getAtIndex(JAVA_FLOAT, row + c), w.getAtIndex(JAVA_FLOAT, c), sum);
    }
    return sum;
  }

  static float sumOfGNormal(
      MemorySegment dy,
      MemorySegment w,
      MemorySegment x,
      long row,
      int width,
      float mean,
      float rstd) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      long at = (row + c) * BYTES;
      FloatVector scale = fromMemorySegment(SPECIES, w, c * BYTES, ORDER);
      FloatVector g = fromMemorySegment(SPECIES, dy, at, ORDER).mul(scale);
      FloatVector normal = fromMemorySegment(SPECIES, x, at, ORDER).sub(mean).mul(rstd);
      sums = normal.fma(g, sums);
    }
    float sum = Vectors.sum(sums);
    for (int c = bound; c < width; c++) {
      float g = dy.getAtIndex(JAVA_FLOAT, row + c) * w.getAtIndex(JAVA_FLOAT, c);
      sum = Math.fma((x.getAtIndex(JAVA_FLOAT, row + c) - mean) * rstd, g, sum);
    }
    return sum;
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
