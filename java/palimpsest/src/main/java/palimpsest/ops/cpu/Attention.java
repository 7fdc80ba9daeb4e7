package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Matmul.address;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Tensor;

/**
 * Causal self-attention, head by head. The queries go in blocks of {@link #BLOCK} rows, each with
 * the keys up to its last row alone, so that most of the upper triangle is never computed. Rows of
 * probabilities lie {@link #stride} apart, filled up with zeros: no loop over one has a tail.
 */
final class Attention {
  private static final int BLOCK = 32;

  private Attention() {}

  /** Keeps the probabilities {@code [B, H, T, stride]}; scratch is a block of one head's. */
  static AttentionMemory memory(int positions, int time, int heads) {
    return new AttentionMemory(
        (long) positions * heads * stride(time), (long) BLOCK * stride(time));
  }

  /** Elements from one row of probabilities to the next: whole vectors. */
  private static int stride(int time) {
    return Vectors.bound(time + LANES - 1);
  }

  static void forward(
      Tensor out, Tensor probabilities, Tensor qkv, Tensor rotations, AttentionShape shape) {
    Rotary.apply(qkv.memory(), rotations, shape, false);
    int time = shape.time();
    int stride = stride(time);
    int size = shape.headSize();
    int wide = 3 * shape.width();
    MemorySegment x = qkv.memory();
    MemorySegment y = out.memory();
    MemorySegment p = probabilities.memory();
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.heads(); h++) {
        long q = (long) b * time * wide + (long) h * 3 * size;
        long o = (long) b * time * shape.width() + (long) h * size;
        long square = ((long) b * shape.heads() + h) * time * stride;
        for (int first = 0; first < time; first += BLOCK) {
          int end = Math.min(first + BLOCK, time);
          int rows = end - first;
          long scores = address(p, square + (long) first * stride);
          Matmul.sgemm(
              false,
              true,
              rows,
              end,
              size,
              shape.scale(),
              address(x, q + (long) first * wide),
              wide,
              address(x, q + size),
              wide,
              0,
              scores,
              stride);
          for (int i = first; i < end; i++) {
            softmax(p, square + (long) i * stride, i + 1, end);
          }
          Matmul.sgemm(
              false,
              false,
              rows,
              size,
              end,
              1,
              scores,
              stride,
              address(x, q + 2L * size),
              wide,
              0,
              address(y, o + (long) first * shape.width()),
              shape.width());
        }
      }
    }
  }

  static void backward(
      Tensor dQkv,
      Tensor dOut,
      Tensor qkv,
      Tensor probabilities,
      Tensor rotations,
      Tensor scratch,
      AttentionShape shape) {
    int time = shape.time();
    int stride = stride(time);
    int size = shape.headSize();
    int width = shape.width();
    int wide = 3 * width;
    MemorySegment x = qkv.memory();
    MemorySegment dx = dQkv.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment p = probabilities.memory();
    MemorySegment ds = scratch.memory();
    for (int i = 0; i < BLOCK; i++) {
      fill(ds, (long) i * stride, time, stride, 0); // no product writes there
    }
    int lastBlock = (time - 1) / BLOCK * BLOCK;
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.heads(); h++) {
        long q = (long) b * time * wide + (long) h * 3 * size;
        long o = (long) b * time * width + (long) h * size;
        long square = ((long) b * shape.heads() + h) * time * stride;
        // From the last block, which reaches every key and so sets dK and dV, to the first.
        for (int first = lastBlock; first >= 0; first -= BLOCK) {
          int end = Math.min(first + BLOCK, time);
          int rows = end - first;
          float beta = first == lastBlock ? 0 : 1;
          long block = square + (long) first * stride;
          long queries = q + (long) first * wide;
          long dyBlock = address(dy, o + (long) first * width);
          Matmul.sgemm(
              false,
              true,
              rows,
              end,
              size,
              1,
              dyBlock,
              width,
              address(x, q + 2L * size),
              wide,
              0,
              address(ds, 0),
              stride);
          for (int i = 0; i < rows; i++) {
            long row = (long) i * stride;
            softmaxBackward(ds, row, p, block + row, end, shape.scale());
          }
          Matmul.sgemm(
              false,
              false,
              rows,
              size,
              end,
              1,
              address(ds, 0),
              stride,
              address(x, q + size),
              wide,
              0,
              address(dx, queries),
              wide);
          Matmul.sgemm(
              true,
              false,
              end,
              size,
              rows,
              1,
              address(ds, 0),
              stride,
              address(x, queries),
              wide,
              beta,
              address(dx, q + size),
              wide);
          Matmul.sgemm(
              true,
              false,
              end,
              size,
              rows,
              1,
              address(p, block),
              stride,
              dyBlock,
              width,
              beta,
              address(dx, q + 2L * size),
              wide);
        }
      }
    }
    Rotary.apply(dx, rotations, shape, true);
  }

  static void decode(
      Tensor out,
      Tensor cache,
      Tensor qkv,
      Tensor positions,
      Tensor rotations,
      Tensor scratch,
      AttentionShape shape) {
    int size = shape.headSize();
    int pair = 2 * shape.width();
    MemorySegment x = qkv.memory();
    MemorySegment kv = cache.memory();
    MemorySegment weights = scratch.memory();
    for (int b = 0; b < shape.batch(); b++) {
      int position = positions.memory().getAtIndex(java.lang.foreign.ValueLayout.JAVA_INT, b);
      long row = (long) b * 3 * shape.width();
      long history = (long) b * shape.time() * pair;
      Rotary.applyAt(x, row, position, rotations, shape, false);
      for (int h = 0; h < shape.heads(); h++) {
        long q = row + (long) h * 3 * size;
        long first = history + (long) h * 2 * size;
        copy(x, q + size, kv, first + (long) position * pair, 2 * size);
        Matmul.sgemm(
            false,
            true,
            1,
            position + 1,
            size,
            shape.scale(),
            address(x, q),
            size,
            address(kv, first),
            pair,
            0,
            address(weights, 0),
            shape.time());
        softmax(weights, 0, position + 1, position + 1);
        Matmul.sgemm(
            false,
            false,
            1,
            size,
            position + 1,
            1,
            address(weights, 0),
            shape.time(),
            address(kv, first + size),
            pair,
            0,
            address(out.memory(), (long) b * shape.width() + (long) h * size),
            size);
      }
    }
  }

  static void fillCache(Tensor cache, Tensor qkv, int capacity, AttentionShape shape) {
    int size = shape.headSize();
    for (int b = 0; b < shape.batch(); b++) {
      for (int t = 0; t < shape.time(); t++) {
        for (int h = 0; h < shape.heads(); h++) {
          long from = (((long) b * shape.time() + t) * shape.heads() + h) * 3 * size + size;
          long to = (((long) b * capacity + t) * shape.heads() + h) * 2 * size;
          copy(qkv.memory(), from, cache.memory(), to, 2 * size);
        }
      }
    }
  }

  /** Softmax of the first {@code count} elements; the rest, past {@code end}, become zero. */
  private static void softmax(MemorySegment p, long row, int count, int end) {
    int filled = stride(count);
    fill(p, row, count, filled, Float.NEGATIVE_INFINITY);
    Softmax.exponentials(p, row, filled, Softmax.max(p, row, filled));
    fill(p, row, count, stride(end), 0);
    Softmax.scale(p, row, filled, 1 / Softmax.sum(p, row, filled));
  }

  private static void fill(MemorySegment p, long row, int from, int end, float value) {
    for (int j = from; j < end; j++) {
      p.setAtIndex(JAVA_FLOAT, row + j, value);
    }
  }

  /** {@code dS = P (dP − Σ dP P) scale}, in place of dP. */
  private static void softmaxBackward(
      MemorySegment ds, long dsRow, MemorySegment p, long pRow, int end, float scale) {
    int filled = stride(end);
    float dot = dot(ds, dsRow, p, pRow, filled);
    for (int j = 0; j < filled; j += LANES) {
      long at = (dsRow + j) * BYTES;
      FloatVector probability = fromMemorySegment(SPECIES, p, (pRow + j) * BYTES, ORDER);
      FloatVector d = fromMemorySegment(SPECIES, ds, at, ORDER).sub(dot).mul(scale);
      d.mul(probability).intoMemorySegment(ds, at, ORDER);
    }
  }

  /** Of {@code filled} elements, which make whole vectors. */
  private static float dot(MemorySegment a, long aRow, MemorySegment b, long bRow, int filled) {
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int j = 0; j < filled; j += LANES) {
      sums =
          fromMemorySegment(SPECIES, a, (aRow + j) * BYTES, ORDER)
              .fma(fromMemorySegment(SPECIES, b, (bRow + j) * BYTES, ORDER), sums);
    }
    return Vectors.sum(sums);
  }

  private static void copy(MemorySegment from, long i, MemorySegment to, long j, int count) {
    MemorySegment.copy(from, i * Float.BYTES, to, j * Float.BYTES, (long) count * Float.BYTES);
  }
}
