package palimpsest.ops.cpu;

import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.load;
import static palimpsest.ops.cpu.Vectors.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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

  static void step(
      Tensor weights, Tensor gradients, Tensor moment1, Tensor moment2, AdamWStep step) {
    MemorySegment w = weights.memory();
    MemorySegment g = gradients.memory();
    MemorySegment m = moment1.memory();
    MemorySegment v = moment2.memory();
    int n = Math.toIntExact(weights.size());
    int bound = Vectors.bound(n);
    Scalars s = Scalars.of(step);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector gradient = load(g, i).mul(s.scale);
      FloatVector first = load(m, i).mul(s.beta1).add(gradient.mul(s.rest1));
      FloatVector second = load(v, i).mul(s.beta2).add(gradient.mul(gradient).mul(s.rest2));
      first.intoMemorySegment(m, i * BYTES, ORDER);
      second.intoMemorySegment(v, i * BYTES, ORDER);
      updated(load(w, i), first, second, s).intoMemorySegment(w, i * BYTES, ORDER);
      FloatVector.zero(Vectors.SPECIES).intoMemorySegment(g, i * BYTES, ORDER);
    }
    if (bound < n) {
      VectorMask<Float> tail = Vectors.tail(bound, n);
      FloatVector gradient = load(g, bound, tail).mul(s.scale);
      FloatVector first = load(m, bound, tail).mul(s.beta1).add(gradient.mul(s.rest1));
      FloatVector second =
          load(v, bound, tail).mul(s.beta2).add(gradient.mul(gradient).mul(s.rest2));
      first.intoMemorySegment(m, bound * BYTES, ORDER, tail);
      second.intoMemorySegment(v, bound * BYTES, ORDER, tail);
      updated(load(w, bound, tail), first, second, s).intoMemorySegment(w, bound * BYTES, ORDER, tail);
      FloatVector.zero(Vectors.SPECIES).intoMemorySegment(g, bound * BYTES, ORDER, tail);
    }
  }

  /** {@code w (1 − η λ) − η/(1−β₁ᵗ) m / (√v/√(1−β₂ᵗ) + ε)}. */
  private static FloatVector updated(
      FloatVector w, FloatVector first, FloatVector second, Scalars s) {
    FloatVector denominator = second.sqrt().mul(s.inverseRoot2).add(s.epsilon);
    return w.mul(s.decay).sub(first.mul(s.rate).div(denominator));
  }

  private static void addAndClear(MemorySegment into, MemorySegment from, int start, int end) {
    FloatVector zero = FloatVector.zero(Vectors.SPECIES);
    int i = start;
    for (; i + LANES <= end; i += LANES) {
      load(into, i).add(load(from, i)).intoMemorySegment(into, i * BYTES, ORDER);
      zero.intoMemorySegment(from, i * BYTES, ORDER);
    }
    if (i < end) {
      VectorMask<Float> tail = Vectors.tail(i, end);
      load(into, i, tail).add(load(from, i, tail)).intoMemorySegment(into, i * BYTES, ORDER, tail);
      zero.intoMemorySegment(from, i * BYTES, ORDER, tail);
    }
  }

  private static float squares(MemorySegment g, int start, int end) {
    FloatVector sum = FloatVector.zero(Vectors.SPECIES);
    int i = start;
    for (; i + LANES <= end; i += LANES) {
      FloatVector x = load(g, i);
      sum = x.fma(x, sum);
    }
    if (i < end) {
      FloatVector x = load(g, i, Vectors.tail(i, end));
      sum = x.fma(x, sum);
    }
    return Vectors.sum(sum);
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
