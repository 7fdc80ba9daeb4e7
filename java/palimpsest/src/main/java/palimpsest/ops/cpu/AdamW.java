package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Tensor;

/** AdamW (Loshchilov and Hutter 2019) over a range of the flat buffers. */
final class AdamW {
  /** Elements summed in fp32 before they join a sum in double. */
  private static final int BLOCK = 1024;

  private AdamW() {}

  /** {@code into += from}, {@code from = 0}; returns Σ into². */
  static double merge(Tensor into, Tensor from) {
    int n = Math.toIntExact(into.size());
    MemorySegment g = into.memory();
    double squares = 0;
    for (int start = 0; start < n; start += BLOCK) {
      int end = Math.min(start + BLOCK, n);
      if (from != null) {
        addAndClear(g, from.memory(), start, end);
      }
      squares += squares(g, start, end);
    }
    return squares;
  }

  /** {@code w (1 − η λ) − η/(1−β₁ᵗ) m / (√v/√(1−β₂ᵗ) + ε)}, with the moments m and v brought on. */
  static void step(
      Tensor weights, Tensor gradients, Tensor moment1, Tensor moment2, AdamWStep step) {
    MemorySegment w = weights.memory();
    MemorySegment g = gradients.memory();
    MemorySegment m = moment1.memory();
    MemorySegment v = moment2.memory();
    int n = Math.toIntExact(weights.size());
    int bound = Vectors.bound(n);
    Scalars s = Scalars.of(step);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < bound; i += LANES) {
      long at = i * BYTES;
      FloatVector gradient = fromMemorySegment(SPECIES, g, at, ORDER).mul(s.scale);
      FloatVector first =
          fromMemorySegment(SPECIES, m, at, ORDER).mul(s.beta1).add(gradient.mul(s.rest1));
      FloatVector second =
          fromMemorySegment(SPECIES, v, at, ORDER)
              .mul(s.beta2)
              .add(gradient.mul(gradient).mul(s.rest2));
      FloatVector denominator = second.sqrt().mul(s.inverseRoot2).add(s.epsilon);
      fromMemorySegment(SPECIES, w, at, ORDER)
          .mul(s.decay)
          .sub(first.mul(s.rate).div(denominator))
          .intoMemorySegment(w, at, ORDER);
      first.intoMemorySegment(m, at, ORDER);
      second.intoMemorySegment(v, at, ORDER);
      zero.intoMemorySegment(g, at, ORDER);
    }
    for (int i = bound; i < n; i++) {
      float gradient = g.getAtIndex(JAVA_FLOAT, i) * s.scale;
      float first = m.getAtIndex(JAVA_FLOAT, i) * s.beta1 + gradient * s.rest1;
      float second = v.getAtIndex(JAVA_FLOAT, i) * s.beta2 + gradient * gradient * s.rest2;
      float denominator = (float) Math.sqrt(second) * s.inverseRoot2 + s.epsilon;
      float decayed = w.getAtIndex(JAVA_FLOAT, i) * s.decay;
      w.setAtIndex(JAVA_FLOAT, i, decayed - first * s.rate / denominator);
      m.setAtIndex(JAVA_FLOAT, i, first);
      v.setAtIndex(JAVA_FLOAT, i, second);
      g.setAtIndex(JAVA_FLOAT, i, 0f);
    }
  }

  private static void addAndClear(MemorySegment into, MemorySegment from, int start, int end) {
    FloatVector zero = FloatVector.zero(SPECIES);
    int i = start;
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

  private static float squares(MemorySegment g, int start, int end) {
    FloatVector squares = FloatVector.zero(SPECIES);
    int i = start;
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
    static Scalars of(AdamWStep step) {
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
          (float) (1 - step.learningRate() * step.weightDecay()),
          (float) (step.learningRate() / correction1));
    }
  }
}
