package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.load;
import static palimpsest.ops.cpu.Vectors.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import palimpsest.ops.Tensor;

/** Layer norm over the last dimension (Ba, Kiros, Hinton 2016). */
final class LayerNorm {
  private LayerNorm() {}

  /** {@code mean[n]} and {@code rstd[n] = 1/√(variance + ε)}, in two passes over each row. */
  static void statistics(Tensor mean, Tensor rstd, Tensor in, float epsilon) {
    int width = in.columns();
    MemorySegment x = in.memory();
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float m = rowSum(x, row, width) / width;
      float variance = rowSquares(x, row, width, m) / width;
      mean.memory().setAtIndex(JAVA_FLOAT, n, m);
      rstd.memory().setAtIndex(JAVA_FLOAT, n, (float) (1 / Math.sqrt(variance + epsilon)));
    }
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
    VectorMask<Float> tail = Vectors.tail(bound, width);
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float m = mean.memory().getAtIndex(JAVA_FLOAT, n);
      float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
      for (int c = 0; c < bound; c += LANES) {
        load(x, row + c).sub(m).mul(r).fma(load(w, c), load(b, c)).intoMemorySegment(y, (row + c) * BYTES, ORDER);
      }
      if (bound < width) {
        FloatVector normal = load(x, row + bound, tail).sub(m).mul(r);
        normal.fma(load(w, bound, tail), load(b, bound, tail)).intoMemorySegment(y, (row + bound) * BYTES, ORDER, tail);
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
    VectorMask<Float> tail = Vectors.tail(bound, width);
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float m = mean.memory().getAtIndex(JAVA_FLOAT, n);
      float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
      for (int c = 0; c < bound; c += LANES) {
        FloatVector d = load(dy, row + c);
        load(x, row + c).sub(m).mul(r).fma(d, load(dw, c)).intoMemorySegment(dw, c * BYTES, ORDER);
        d.add(load(db, c)).intoMemorySegment(db, c * BYTES, ORDER);
      }
      if (bound < width) {
        FloatVector d = load(dy, row + bound, tail);
        FloatVector normal = load(x, row + bound, tail).sub(m).mul(r);
        normal.fma(d, load(dw, bound, tail)).intoMemorySegment(dw, bound * BYTES, ORDER, tail);
        d.add(load(db, bound, tail)).intoMemorySegment(db, bound * BYTES, ORDER, tail);
      }
    }
  }

  /** {@code dIn += rstd (g − mean(g) − normal · mean(g · normal))} with {@code g = dOut · weight}. */
  static void backwardInput(
      Tensor dIn, Tensor dOut, Tensor in, Tensor weight, Tensor mean, Tensor rstd) {
    int width = in.columns();
    MemorySegment x = in.memory();
    MemorySegment dx = dIn.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment w = weight.memory();
    int bound = Vectors.bound(width);
    VectorMask<Float> tail = Vectors.tail(bound, width);
    for (int n = 0; n < in.rows(); n++) {
      long row = (long) n * width;
      float m = mean.memory().getAtIndex(JAVA_FLOAT, n);
      float r = rstd.memory().getAtIndex(JAVA_FLOAT, n);
      FloatVector sum = FloatVector.zero(Vectors.SPECIES);
      FloatVector dot = FloatVector.zero(Vectors.SPECIES);
      for (int c = 0; c < bound; c += LANES) {
        FloatVector g = load(dy, row + c).mul(load(w, c));
        sum = sum.add(g);
        dot = load(x, row + c).sub(m).mul(r).fma(g, dot);
      }
      if (bound < width) {
        FloatVector g = load(dy, row + bound, tail).mul(load(w, bound, tail));
        sum = sum.add(g);
        dot = load(x, row + bound, tail).sub(m).mul(r).fma(g, dot);
      }
      float meanG = Vectors.sum(sum) / width;
      float meanGNormal = Vectors.sum(dot) / width;
      for (int c = 0; c < bound; c += LANES) {
        FloatVector g = load(dy, row + c).mul(load(w, c));
        FloatVector normal = load(x, row + c).sub(m).mul(r);
        FloatVector d = g.sub(meanG).sub(normal.mul(meanGNormal)).mul(r);
        d.add(load(dx, row + c)).intoMemorySegment(dx, (row + c) * BYTES, ORDER);
      }
      if (bound < width) {
        FloatVector g = load(dy, row + bound, tail).mul(load(w, bound, tail));
        FloatVector normal = load(x, row + bound, tail).sub(m).mul(r);
        FloatVector d = g.sub(meanG).sub(normal.mul(meanGNormal)).mul(r);
        d.add(load(dx, row + bound, tail)).intoMemorySegment(dx, (row + bound) * BYTES, ORDER, tail);
      }
    }
  }

  private static float rowSum(MemorySegment x, long row, int width) {
    FloatVector sum = FloatVector.zero(Vectors.SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      sum = sum.add(load(x, row + c));
    }
    if (bound < width) {
      sum = sum.add(load(x, row + bound, Vectors.tail(bound, width)));
    }
    return Vectors.sum(sum);
  }

  private static float rowSquares(MemorySegment x, long row, int width, float mean) {
    FloatVector squares = FloatVector.zero(Vectors.SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      FloatVector d = load(x, row + c).sub(mean);
      squares = d.fma(d, squares);
    }
    if (bound < width) {
      VectorMask<Float> tail = Vectors.tail(bound, width);
      FloatVector d = load(x, row + bound, tail).sub(mean);
      squares = squares.add(d.mul(d), tail);
    }
    return Vectors.sum(squares);
  }
}
