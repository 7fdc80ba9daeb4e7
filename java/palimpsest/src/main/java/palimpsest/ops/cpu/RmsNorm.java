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

/** RMS norm over the last dimension (Zhang and Sennrich 2019): a layer norm whose mean is 0. */
final class RmsNorm {
  private RmsNorm() {}

  /** {@code rstd = 1/√(mean(in²) + ε)}, {@code out = in rstd · weight}. */
  static void forward(Tensor out, Tensor rstd, Tensor in, Tensor weight, float epsilon) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment y = out.memory();
    MemorySegment w = weight.memory();
    int bound = Vectors.bound(width);
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float meanSquare = LayerNorm.squares(x, row, width, 0) / width;
      float r = (float) (1 / Math.sqrt(meanSquare + epsilon));
      rstd.memory().setAtIndex(JAVA_FLOAT, n, r);
      for (int c = 0; c < bound; c += LANES) {
        long at = (row + c) * BYTES;
        FloatVector scale = fromMemorySegment(SPECIES, w, c * BYTES, ORDER);
        fromMemorySegment(SPECIES, x, at, ORDER).mul(r).mul(scale).intoMemorySegment(y, at, ORDER);
      }
      for (int c = bound; c < width; c++) {
        float normal = x.getAtIndex(JAVA_FLOAT, row + c) * r;
        y.setAtIndex(JAVA_FLOAT, row + c, normal * w.getAtIndex(JAVA_FLOAT, c));
      }
    }
  }

  /** {@code dWeight += Σ dOut · in rstd}. */
  static void backwardWeight(Tensor dWeight, Tensor dOut, Tensor in, Tensor rstd) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment dw = dWeight.memory();
    int bound = Vectors.bound(width);
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
      for (int c = 0; c < bound; c += LANES) {
        long at = (row + c) * BYTES;
        FloatVector d = fromMemorySegment(SPECIES, dy, at, ORDER);
        fromMemorySegment(SPECIES, x, at, ORDER)
            .mul(r)
            .fma(d, fromMemorySegment(SPECIES, dw, c * BYTES, ORDER))
            .intoMemorySegment(dw, c * BYTES, ORDER);
      }
      for (int c = bound; c < width; c++) {
        float normal = x.getAtIndex(JAVA_FLOAT, row + c) * r;
        float d = dy.getAtIndex(JAVA_FLOAT, row + c);
        dw.setAtIndex(JAVA_FLOAT, c, Math.fma(normal, d, dw.getAtIndex(JAVA_FLOAT, c)));
      }
    }
  }

  /** {@code dIn += rstd (g − normal · mean(g · normal))} with {@code g = dOut · weight}. */
  static void backwardInput(Tensor dIn, Tensor dOut, Tensor in, Tensor weight, Tensor rstd) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment w = weight.memory();
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
      float meanGNormal = sumOfGNormal(dy, w, x, row, width, r) / width;
      LayerNormBackward.addInput(dIn.memory(), dy, w, x, row, width, 0, r, 0, meanGNormal);
    }
  }

  private static float sumOfGNormal(
      MemorySegment dy, MemorySegment w, MemorySegment x, long row, int width, float rstd) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      long at = (row + c) * BYTES;
      FloatVector scale = fromMemorySegment(SPECIES, w, c * BYTES, ORDER);
      FloatVector g = fromMemorySegment(SPECIES, dy, at, ORDER).mul(scale);
      sums = fromMemorySegment(SPECIES, x, at, ORDER).mul(rstd).fma(g, sums);
    }
    float sum = Vectors.sum(sums);
    for (int c = bound; c < width; c++) {
      float g = dy.getAtIndex(JAVA_FLOAT, row + c) * w.getAtIndex(JAVA_FLOAT, c);
      sum = Math.fma(x.getAtIndex(JAVA_FLOAT, row + c) * rstd, g, sum);
    }
    return sum;
  }
}
