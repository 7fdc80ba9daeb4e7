package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import palimpsest.ops.Along;
import palimpsest.ops.Tensor;

/** Sums over ranges of the flat fp32 buffers, for the methods of continual learning. */
final class Ranges {
  /** Elements summed in fp32 before they join a sum in double. */
  private static final int BLOCK = 1024;

  private Ranges() {}

  static double dot(Tensor x, Tensor y) {
    return dot(x.memory(), y.memory(), 0, x.size());
  }

  private static double dot(MemorySegment a, MemorySegment b, long first, long end) {
    double sum = 0;
    for (long start = first; start < end; start += BLOCK) {
      sum += dotOfBlock(a, b, start, Math.min(start + BLOCK, end));
    }
    return sum;
  }

  private static float dotOfBlock(MemorySegment a, MemorySegment b, long start, long end) {
    FloatVector sums = FloatVector.zero(SPECIES);
    long i = start;
    for (; i + LANES <= end; i += LANES) {
      FloatVector x = fromMemorySegment(SPECIES, a, i * BYTES, ORDER);
      sums = x.fma(fromMemorySegment(SPECIES, b, i * BYTES, ORDER), sums);
    }
    float sum = Vectors.sum(sums);
    for (; i < end; i++) {
      sum = Math.fma(a.getAtIndex(JAVA_FLOAT, i), b.getAtIndex(JAVA_FLOAT, i), sum);
    }
    return sum;
  }

  static void axpy(Tensor y, float a, Tensor x) {
    axpy(y.memory(), a, x.memory(), 0, x.size());
  }

  private static void axpy(MemorySegment out, float a, MemorySegment in, long first, long end) {
    long i = first;
    for (; i + LANES <= end; i += LANES) {
      long at = i * BYTES;
      fromMemorySegment(SPECIES, out, at, ORDER)
          .add(fromMemorySegment(SPECIES, in, at, ORDER).mul(a))
          .intoMemorySegment(out, at, ORDER);
    }
    for (; i < end; i++) {
      float sum = out.getAtIndex(JAVA_FLOAT, i) + a * in.getAtIndex(JAVA_FLOAT, i);
      out.setAtIndex(JAVA_FLOAT, i, sum);
    }
  }

  static void accumulateSquares(Tensor out, Tensor x, float factor) {
    MemorySegment o = out.memory();
    MemorySegment in = x.memory();
    long i = 0;
    for (; i + LANES <= x.size(); i += LANES) {
      long at = i * BYTES;
      FloatVector v = fromMemorySegment(SPECIES, in, at, ORDER);
      fromMemorySegment(SPECIES, o, at, ORDER)
          .add(v.mul(v).mul(factor))
          .intoMemorySegment(o, at, ORDER);
    }
    for (; i < x.size(); i++) {
      float v = in.getAtIndex(JAVA_FLOAT, i);
      o.setAtIndex(JAVA_FLOAT, i, o.getAtIndex(JAVA_FLOAT, i) + v * v * factor);
    }
  }

  static void accumulateMagnitudes(Tensor out, Tensor x, float factor) {
    MemorySegment o = out.memory();
    MemorySegment in = x.memory();
    long i = 0;
    for (; i + LANES <= x.size(); i += LANES) {
      long at = i * BYTES;
      fromMemorySegment(SPECIES, o, at, ORDER)
          .add(fromMemorySegment(SPECIES, in, at, ORDER).abs().mul(factor))
          .intoMemorySegment(o, at, ORDER);
    }
    for (; i < x.size(); i++) {
      float v = Math.abs(in.getAtIndex(JAVA_FLOAT, i));
      o.setAtIndex(JAVA_FLOAT, i, o.getAtIndex(JAVA_FLOAT, i) + v * factor);
    }
  }

  static void removeAlong(Tensor x, Tensor direction, Along along, float strength) {
    MemorySegment in = x.memory();
    MemorySegment d = direction.memory();
    long width = x.columns();
    for (long row = 0; row < x.size(); row += width) {
      double product = dot(in, d, row, row + width);
      double squares = dot(d, d, row, row + width);
      if (product == 0 || squares == 0) {
        continue;
      }
      double divisor =
          switch (along) {
            case PROJECTION -> squares;
            case COSINE -> Math.sqrt(squares) * Math.sqrt(dot(in, in, row, row + width));
            case HALF_NORMED -> Math.sqrt(squares);
          };
      axpy(in, (float) (-strength * product / divisor), d, row, row + width);
    }
  }

  static double quadraticPenalty(
      Tensor gradient, Tensor importance, Tensor weights, Tensor anchor, float strength) {
    double sum = 0;
    for (long start = 0; start < weights.size(); start += BLOCK) {
      long end = Math.min(start + BLOCK, weights.size());
      sum +=
          penalize(
              gradient.memory(),
              importance.memory(),
              weights.memory(),
              anchor.memory(),
              strength,
              start,
              end);
    }
    return 0.5 * strength * sum;
  }

  /** Adds the gradient; returns Σ importance (weight − anchor)². */
  private static float penalize(
      MemorySegment gradient,
      MemorySegment importance,
      MemorySegment weights,
      MemorySegment anchor,
      float strength,
      long start,
      long end) {
    FloatVector sums = FloatVector.zero(SPECIES);
    long i = start;
    for (; i + LANES <= end; i += LANES) {
      long at = i * BYTES;
      FloatVector away =
          fromMemorySegment(SPECIES, weights, at, ORDER)
              .sub(fromMemorySegment(SPECIES, anchor, at, ORDER));
      FloatVector pull = fromMemorySegment(SPECIES, importance, at, ORDER).mul(away);
      fromMemorySegment(SPECIES, gradient, at, ORDER)
          .add(pull.mul(strength))
          .intoMemorySegment(gradient, at, ORDER);
      sums = pull.fma(away, sums);
    }
    float sum = Vectors.sum(sums);
    for (; i < end; i++) {
      float away = weights.getAtIndex(JAVA_FLOAT, i) - anchor.getAtIndex(JAVA_FLOAT, i);
      float pull = importance.getAtIndex(JAVA_FLOAT, i) * away;
      float pulled = gradient.getAtIndex(JAVA_FLOAT, i) + pull * strength;
      gradient.setAtIndex(JAVA_FLOAT, i, pulled);
      sum = Math.fma(pull, away, sum);
    }
    return sum;
  }
}
