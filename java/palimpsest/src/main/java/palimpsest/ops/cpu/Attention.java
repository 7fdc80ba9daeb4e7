package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Matmul.address;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.INTS;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Tensor;

/**
 * Causal self-attention, head by head. The queries go in blocks of {@link #BLOCK}, each with the
 * keys up to its last query alone, so that most of the upper triangle is never computed. A block's
 * scores and probabilities lie transposed, {@code [keys, BLOCK]}: a softmax then runs down the
 * columns, as many queries at once as a vector has lanes, and adds nothing up across lanes.
 */
final class Attention {
  private static final int BLOCK = 32;

  /**
   * For keys behind a vector's first query: row t has all bits in the lanes from t + 1 on, the
   * queries that see such a key, and none in those before.
   */
  private static final MemorySegment SEEN = triangle(-1, 0);

  /** The bits of −∞ where {@link #SEEN} has none. */
  private static final MemorySegment HIDDEN =
      triangle(0, Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));

  private final Blas blas;

  Attention(Blas blas) {
    this.blas = blas;
  }

  private static MemorySegment triangle(int seen, int hidden) {
    MemorySegment table = Arena.global().allocate((long) LANES * LANES * BYTES, LANES * BYTES);
    for (int t = 0; t < LANES; t++) {
      for (int lane = 0; lane < LANES; lane++) {
        table.setAtIndex(JAVA_INT, (long) t * LANES + lane, lane > t ? seen : hidden);
      }
    }
    return table;
  }

  /** Keeps the probabilities {@code [B, H, blocks, T, BLOCK]}; scratch is a block of one head's. */
  static AttentionMemory memory(int positions, int time, int heads) {
    return new AttentionMemory(
        (long) positions * heads * blocks(time) * BLOCK, (long) time * BLOCK);
  }

  private static int blocks(int time) {
    return (time + BLOCK - 1) / BLOCK;
  }

  /** The first element of what is kept of the block that begins with a query. */
  private static long block(AttentionShape shape, int b, int h, int first) {
    long head = (long) b * shape.heads() + h;
    return (head * blocks(shape.time()) + first / BLOCK) * shape.time() * BLOCK;
  }

  void forward(
      Tensor out, Tensor probabilities, Tensor qkv, Tensor rotations, AttentionShape shape) {
    Rotary.apply(qkv.memory(), rotations, shape, false);
    int time = shape.time();
    int size = shape.headSize();
    int wide = 3 * shape.width();
    MemorySegment x = qkv.memory();
    MemorySegment y = out.memory();
    MemorySegment p = probabilities.memory();
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.heads(); h++) {
        long q = (long) b * time * wide + (long) h * 3 * size;
        long o = (long) b * time * shape.width() + (long) h * size;
        for (int first = 0; first < time; first += BLOCK) {
          int end = Math.min(first + BLOCK, time);
          int rows = end - first;
          long block = block(shape, b, h, first);
          blas.sgemm(
              false,
              true,
              end,
              rows,
              size,
              shape.scale(),
              address(x, q + size),
              wide,
              address(x, q + (long) first * wide),
              wide,
              0,
              address(p, block),
              BLOCK);
          for (int c = 0; c < rows; c += LANES) {
            softmax(p, block + c, first + c, end);
          }
          blas.sgemm(
              true,
              false,
              rows,
              size,
              end,
              1,
              address(p, block),
              BLOCK,
              address(x, q + 2L * size),
              wide,
              0,
              address(y, o + (long) first * shape.width()),
              shape.width());
        }
      }
    }
  }

  void backward(
      Tensor dQkv,
      Tensor dOut,
      Tensor qkv,
      Tensor probabilities,
      Tensor rotations,
      Tensor scratch,
      AttentionShape shape) {
    int time = shape.time();
    int size = shape.headSize();
    int width = shape.width();
    int wide = 3 * width;
    MemorySegment x = qkv.memory();
    MemorySegment dx = dQkv.memory();
    MemorySegment dy = dOut.memory();
    MemorySegment p = probabilities.memory();
    MemorySegment ds = scratch.memory();
    int lastBlock = (time - 1) / BLOCK * BLOCK;
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.heads(); h++) {
        long q = (long) b * time * wide + (long) h * 3 * size;
        long o = (long) b * time * width + (long) h * size;
        // From the last block, which reaches every key and so sets dK and dV, to the first.
        for (int first = lastBlock; first >= 0; first -= BLOCK) {
          int end = Math.min(first + BLOCK, time);
          int rows = end - first;
          float beta = first == lastBlock ? 0 : 1;
          long block = block(shape, b, h, first);
          long queries = q + (long) first * wide;
          long dyBlock = address(dy, o + (long) first * width);
          blas.sgemm(
              false,
              true,
              end,
              rows,
              size,
              1,
              address(x, q + 2L * size),
              wide,
              dyBlock,
              width,
              0,
              address(ds, 0),
              BLOCK);
          for (int c = 0; c < rows; c += LANES) {
            softmaxBackward(ds, c, p, block + c, end, shape.scale());
          }
          blas.sgemm(
              true,
              false,
              rows,
              size,
              end,
              1,
              address(ds, 0),
              BLOCK,
              address(x, q + size),
              wide,
              0,
              address(dx, queries),
              wide);
          blas.sgemm(
              false,
              false,
              end,
              size,
              rows,
              1,
              address(ds, 0),
              BLOCK,
              address(x, queries),
              wide,
              beta,
              address(dx, q + size),
              wide);
          blas.sgemm(
              false,
              false,
              end,
              size,
              rows,
              1,
              address(p, block),
              BLOCK,
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

  /**
   * Softmax down a vector of columns, those of the queries from {@code query} on, over their keys;
   * later keys get zero. As {@link Softmax} along a row, with {@link Exponential} written out.
   *
   * @param column index of its first element
   * @param end how many keys the block has
   */
  private static void softmax(MemorySegment p, long column, int query, int end) {
    int all = query + 1; // keys that each of these queries sees
    int some = Math.min(query + LANES, end); // keys that any of them sees
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < all; j++) {
      FloatVector score = fromMemorySegment(SPECIES, p, (column + (long) j * BLOCK) * BYTES, ORDER);
      max = max.blend(score, score.compare(VectorOperators.GT, max));
    }
    for (int j = all; j < some; j++) {
      long at = (column + (long) j * BLOCK) * BYTES;
      long row = (long) (j - all) * LANES * BYTES;
      FloatVector score =
          fromMemorySegment(SPECIES, p, at, ORDER)
              .reinterpretAsInts()
              .and(IntVector.fromMemorySegment(INTS, SEEN, row, ORDER))
              .or(IntVector.fromMemorySegment(INTS, HIDDEN, row, ORDER))
              .reinterpretAsFloats();
      score.intoMemorySegment(p, at, ORDER);
      max = max.blend(score, score.compare(VectorOperators.GT, max));
    }
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int j = 0; j < some; j++) {
      long at = (column + (long) j * BLOCK) * BYTES;
      FloatVector d = fromMemorySegment(SPECIES, p, at, ORDER).sub(max);
      FloatVector e =
          d.blend(Exponential.SMALLEST, d.compare(VectorOperators.LT, Exponential.SMALLEST));
      FloatVector shifted = e.mul(Exponential.LOG2_E).add(Exponential.ROUND);
      FloatVector n = shifted.sub(Exponential.ROUND);
      FloatVector r = e.sub(n.mul(Exponential.LN2_HIGH)).sub(n.mul(Exponential.LN2_LOW));
      FloatVector polynomial =
          r.mul(Exponential.P5)
              .add(Exponential.P4)
              .fma(r, r.broadcast(Exponential.P3))
              .fma(r, r.broadcast(Exponential.P2))
              .fma(r, r.broadcast(Exponential.P1))
              .fma(r, r.broadcast(Exponential.P0));
      IntVector power = shifted.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23);
      FloatVector exponential =
          polynomial.fma(r.mul(r), r).add(1f).mul(power.reinterpretAsFloats());
      exponential.intoMemorySegment(p, at, ORDER);
      sum = sum.add(exponential); // a hidden key's is below 2^-125 and rounds away
    }
    FloatVector factor = sum.broadcast(1).div(sum);
    for (int j = 0; j < all; j++) {
      long at = (column + (long) j * BLOCK) * BYTES;
      fromMemorySegment(SPECIES, p, at, ORDER).mul(factor).intoMemorySegment(p, at, ORDER);
    }
    for (int j = all; j < some; j++) {
      long at = (column + (long) j * BLOCK) * BYTES;
      long row = (long) (j - all) * LANES * BYTES;
      fromMemorySegment(SPECIES, p, at, ORDER)
          .mul(factor)
          .reinterpretAsInts()
          .and(IntVector.fromMemorySegment(INTS, SEEN, row, ORDER))
          .intoMemorySegment(p, at, ORDER);
    }
    for (int j = some; j < end; j++) {
      max.broadcast(0).intoMemorySegment(p, (column + (long) j * BLOCK) * BYTES, ORDER);
    }
  }

  /** {@code dS = P (dP − Σ dP P) scale} down a vector of columns, in place of dP. */
  private static void softmaxBackward(
      MemorySegment ds, long dsColumn, MemorySegment p, long pColumn, int end, float scale) {
    FloatVector dot = FloatVector.zero(SPECIES);
    for (int j = 0; j < end; j++) {
      long row = (long) j * BLOCK;
      dot =
          fromMemorySegment(SPECIES, ds, (dsColumn + row) * BYTES, ORDER)
              .fma(fromMemorySegment(SPECIES, p, (pColumn + row) * BYTES, ORDER), dot);
    }
    for (int j = 0; j < end; j++) {
      long row = (long) j * BLOCK;
      long at = (dsColumn + row) * BYTES;
      FloatVector probability = fromMemorySegment(SPECIES, p, (pColumn + row) * BYTES, ORDER);
      FloatVector d = fromMemorySegment(SPECIES, ds, at, ORDER).sub(dot).mul(scale);
      d.mul(probability).intoMemorySegment(ds, at, ORDER);
    }
  }

  void decode(
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
      int position = positions.memory().getAtIndex(JAVA_INT, b);
      long row = (long) b * 3 * shape.width();
      long history = (long) b * shape.time() * pair;
      Rotary.applyAt(x, row, position, rotations, shape, false);
      for (int h = 0; h < shape.heads(); h++) {
        long q = row + (long) h * 3 * size;
        long first = history + (long) h * 2 * size;
        copy(x, q + size, kv, first + (long) position * pair, 2 * size);
        blas.sgemm(
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
        softmaxRow(weights, position + 1);
        blas.sgemm(
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

  private static void softmaxRow(MemorySegment x, int width) {
    Softmax.exponentials(x, 0, width, Softmax.max(x, 0, width));
    Softmax.scale(x, 0, width, 1 / Softmax.sum(x, 0, width));
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

  private static void copy(MemorySegment from, long i, MemorySegment to, long j, int count) {
    MemorySegment.copy(from, i * Float.BYTES, to, j * Float.BYTES, (long) count * Float.BYTES);
  }
}
