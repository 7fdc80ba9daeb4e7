package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import palimpsest.ops.Tensor;

/** Softmax cross-entropy over rows of logits {@code [M, V]}, in nats. */
final class CrossEntropy {
  private CrossEntropy() {}

  /** Losses, and {@code scale (softmax − onehot)} in place of the logits. */
  static void forwardBackward(Tensor logits, Tensor losses, Tensor targets, float scale) {
    int width = logits.columns();
    MemorySegment x = logits.memory();
    for (int m = 0; m < logits.rows(); m++) {
      long row = (long) m * width;
      int target = targets.memory().getAtIndex(JAVA_INT, m);
      float atTarget = x.getAtIndex(JAVA_FLOAT, row + target);
      float max = Softmax.max(x, row, width);
      Softmax.exponentials(x, row, width, max);
      float sum = Softmax.sum(x, row, width);
      Softmax.scale(x, row, width, scale / sum);
      float ofTarget = x.getAtIndex(JAVA_FLOAT, row + target);
      x.setAtIndex(JAVA_FLOAT, row + target, ofTarget - scale);
      losses
          .memory()
          .setAtIndex(JAVA_FLOAT, m, (float) (Math.log(sum) - ((double) atTarget - max)));
    }
  }

  /** Losses, and the index of the largest logit of each row. */
  static void forward(Tensor losses, Tensor largest, Tensor logits, Tensor targets) {
    int width = logits.columns();
    MemorySegment x = logits.memory();
    for (int m = 0; m < logits.rows(); m++) {
      long row = (long) m * width;
      int target = targets.memory().getAtIndex(JAVA_INT, m);
      float atTarget = x.getAtIndex(JAVA_FLOAT, row + target);
      float max = Softmax.max(x, row, width);
      largest.memory().setAtIndex(JAVA_INT, m, firstEqual(x, row, width, max));
      Softmax.exponentials(x, row, width, max);
      float sum = Softmax.sum(x, row, width);
      losses
          .memory()
          .setAtIndex(JAVA_FLOAT, m, (float) (Math.log(sum) - ((double) atTarget - max)));
    }
  }

  private static int firstEqual(MemorySegment x, long row, int width, float max) {
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      VectorMask<Float> equal =
          fromMemorySegment(SPECIES, x, (row + c) * BYTES, ORDER).compare(VectorOperators.EQ, max);
      if (equal.anyTrue()) {
        return c + equal.firstTrue();
      }
    }
    for (int c = bound; c < width; c++) {
      if (x.getAtIndex(JAVA_FLOAT, row + c) == max) {
        return c;
      }
    }
    return 0; // a row of NaN has no largest
  }
}
