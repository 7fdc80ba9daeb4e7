package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Segment;
import palimpsest.ops.Tensor;

/** AdamW (Loshchilov and Hutter 2019) over segments of the flat buffers. */
final class AdamW {
  /** Elements summed in fp32 before they join a sum in double. */
  private static final int BLOCK = 1024;

  private AdamW() {}

  /** {@code into += Σ from}, {@code from = 0} in what is not frozen; returns Σ into² there. */
  static double merge(List<Segment> segments, Tensor into, List<Tensor> from) {
    MemorySegment g = into.memory();
    double squares = 0;
    for (int s = 0; s < segments.size(); s++) {
      Segment segment = segments.get(s);
      if (segment.frozen()) {
        continue;
      }
      long last = segment.offset() + segment.length();
      for (long start = segment.offset(); start < last; start += BLOCK) {
        long end = Math.min(start + BLOCK, last);
        for (int other = 0; other < from.size(); other++) {
          addAndClear(g, from.get(other).memory(), start, end);
        }
        squares += squares(g, start, end);
      }
    }
    return squares;
  }

  /** {@code w (1 − η λ) − η/(1−β₁ᵗ) m / (√v/√(1−β₂ᵗ) + ε)}, with the moments m and v brought on. */
  static void step(
      List<Segment> segments,
      Tensor weights,
      Tensor gradients,
      Tensor moment1,
      Tensor moment2,
      AdamWStep step) {
    for (int s = 0; s < segments.size(); s++) {
      Segment segment = segments.get(s);
      if (!segment.frozen()) {
        step(
            segment,
            weights.memory(),
            gradients.memory(),
            moment1.memory(),
            moment2.memory(),
            Scalars.of(step, segment));
      }
    }
  }

  private static void step(
      Segment segment,
      MemorySegment w,
      MemorySegment g,
      MemorySegment m,
      MemorySegment v,
      Scalars s) {
    long first = segment.offset();
    long end = first + segment.length();
    long bound = first + Vectors.bound(segment.length());
    FloatVector zero = FloatVector.zero(SPECIES);
    for (long i = first; i < bound; i += LANES) {
      long at = i * BYTES;
      FloatVector gradient = fromMemorySegment(SPECIES, g, at, ORDER).mul(s.scale);
      FloatVector moment1 =
          fromMemorySegment(SPECIES, m, at, ORDER).mul(s.beta1).add(gradient.mul(s.rest1));
      FloatVector moment2 =
          fromMemorySegment(SPECIES, v, at, ORDER)
              .mul(s.beta2)
              .add(gradient.mul(gradient).mul(s.rest2));
      FloatVector denominator = moment2.sqrt().mul(s.inverseRoot2).add(s.epsilon);
      fromMemorySegment(SPECIES, w, at, ORDER)
          .mul(s.decay)
          .sub(moment1.mul(s.rate).div(denominator))
          .intoMemorySegment(w, at, ORDER);
      moment1.intoMemorySegment(m, at, ORDER);
      moment2.intoMemorySegment(v, at, ORDER);
      zero.intoMemorySegment(g, at, ORDER);
    }
    for (long i = bound; i < end; i++) {
      float gradient = g.getAtIndex(JAVA_FLOAT, i) * s.scale;
      float moment1 = m.getAtIndex(JAVA_FLOAT, i) * s.beta1 + gradient * s.rest1;
      float moment2 = v.getAtIndex(JAVA_FLOAT, i) * s.beta2 + gradient * gradient * s.rest2;
      float denominator = (float) Math.sqrt(moment2) * s.inverseRoot2 + s.epsilon;
      float decayed = w.getAtIndex(JAVA_FLOAT, i) * s.decay;
      w.setAtIndex(JAVA_FLOAT, i, decayed - moment1 * s.rate / denominator);
      m.setAtIndex(JAVA_FLOAT, i, moment1);
      v.setAtIndex(JAVA_FLOAT, i, moment2);
      g.setAtIndex(JAVA_FLOAT, i, 0f);
    }
  }

  private static void addAndClear(MemorySegment into, MemorySegment from, long start, long end) {
    FloatVector zero = FloatVector.zero(SPECIES);
    long i = start;
    for (; i + LANES <= end; i += LANES) {
      long at = i * BYTES;
      fromMemorySegment(SPECIES, into, at, ORDER)
          .add(fromMemorySegment(SPECIES, from, at, ORDER))
          .intoMemorySegment(into, at, ORDER);
      zero.intoMemorySegment(from, at, ORDER);
    }
    for (; i < end; i++) {
      float sum = into.getAtIndex(JAVA_FLOAT, i) + from.getAtIndex(JAVA_FLOAT, i);
      into.setAtIndex(JAVA_FLOAT, i, sum);
      from.setAtIndex(JAVA_FLOAT, i, 0f);
    }
  }

  private static float squares(MemorySegment g, long start, long end) {
    FloatVector squares = FloatVector.zero(SPECIES);
    long i = start;
    for (; i + LANES <= end; i += LANES) {
      FloatVector x = fromMemorySegment(SPECIES, g, i * BYTES, ORDER);
      squares = x.fma(x, squares);
    }
    float sum = Vectors.sum(squares);
    for (; i < end; i++) {
      float x = g.getAtIndex(JAVA_FLOAT, i);
      sum = Math.fma(x, x, sum);
    }
    return sum;
  }

  /** The scalars of a step, rounded once. */
  private record Scalars(
      float scale,
      float beta1,
      float rest1,
      float beta2,
      float rest2,
      float inverseRoot2,
      float epsilon,
      float decay,
      float rate) {
    static Scalars of(AdamWStep step, Segment segment) {
      double rate = step.learningRate() * segment.rateScale();
      double decay = segment.decays() ? step.weightDecay() : 0;
      double correction1 = 1 - Math.pow(step.beta1(), step.step());
      double correction2 = 1 - Math.pow(step.beta2(), step.step());
      return new Scalars(
          (float) step.gradientScale(),
          (float) step.beta1(),
          (float) (1 - step.beta1()),
          (float) step.beta2(),
          (float) (1 - step.beta2()),
          (float) (1 / Math.sqrt(correction2)),
          (float) step.epsilon(),
          (float) (1 - rate * decay),
          (float) (rate / correction1));
    }
  }
}
