package palimpsest.ops.cuda;

import java.util.List;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;

/**
 * The segments that are trained, as {@code segments.cuh} reads them.
 *
 * @param table {@code [trained, 8]}
 * @param blocks how many blocks of {@link #BLOCK} elements they take together: a launch's grid
 */
record CudaSegments(
    List<Segment> segments, CudaMemory memory, Tensor table, int trained, int blocks)
    implements SegmentTable {
  /** {@code SEGMENT_BLOCK}. */
  static final int BLOCK = 2048;

  /** Integers of a row. */
  static final int ROW = 8;

  /** The rows of those that are trained. */
  static int[] rows(List<Segment> segments) {
    List<Segment> trained = trained(segments);
    int[] rows = new int[ROW * trained.size()];
    int block = 0;
    for (int i = 0; i < trained.size(); i++) {
      Segment segment = trained.get(i);
      int row = ROW * i;
      rows[row] = (int) segment.offset();
      rows[row + 1] = (int) (segment.offset() >> Integer.SIZE);
      rows[row + 2] = segment.length();
      rows[row + 4] = block;
      rows[row + 5] = Float.floatToRawIntBits(segment.rateScale());
      rows[row + 6] = segment.decays() ? 1 : 0;
      block += Kernel.blocks(segment.length(), BLOCK);
    }
    return rows;
  }

  static int blocks(List<Segment> segments) {
    return trained(segments).stream().mapToInt(s -> Kernel.blocks(s.length(), BLOCK)).sum();
  }

  private static List<Segment> trained(List<Segment> segments) {
    return segments.stream().filter(s -> !s.frozen() && s.length() > 0).toList();
  }

  @Override
  public void close() {
    memory.close();
  }
}
