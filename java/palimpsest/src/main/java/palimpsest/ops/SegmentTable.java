package palimpsest.ops;

import java.util.List;

/** Segments in the form in which a device takes them; whoever asked for the table closes it. */
public interface SegmentTable extends AutoCloseable {
  /** In the order of their offsets, apart from one another. */
  List<Segment> segments();

  @Override
  void close();
}
