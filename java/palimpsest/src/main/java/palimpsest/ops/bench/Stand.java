package palimpsest.ops.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Stopwatch;
import palimpsest.ops.Tensor;

/**
 * Sets of tensors of one case, ready to be called. For a cold cache a call takes the set that was
 * not used for longest, and where all sets together fit the cache it is overwritten before each
 * turn; for a warm one the first set is used over and over.
 */
final class Stand implements AutoCloseable {
  /** Samples between two looks at the watch: a GPU's stream is kept full that long. */
  private static final int BLOCK = 16;

  /** A sample of a warm cache is at least so long, or the clock's own time is in it. */
  private static final double SHORTEST_SAMPLE = 50e-6;

  private static final int MOST_CALLS = 64;
  private static final int FEWEST_SAMPLES = 10;

  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

  /** Of a round. */
  private static final double WARM_UP_WINDOW = 0.5;

  private static final int QUIET_WINDOWS = 4;
  private static final int FEWEST_CALLS = 30;

  private final Ops ops;
  private final Effort effort;
  private final Stopwatch watch;
  private final Tensor room;
  private final List<Buffers> buffers = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private int next;

  private Stand(Ops ops, Effort effort, Stopwatch watch, Tensor room) {
    this.room = room;
    this.ops = ops;
    this.effort = effort;
    this.watch = watch;
  }

  /**
   * @param memory for the layout's {@link Layout#total}
   */
  static Stand of(
      BenchCase which,
      Device device,
      Ops ops,
      DeviceMemory memory,
      Fillings fillings,
      Layout layout,
      Effort effort) {
    Stand stand = new Stand(ops, effort, device.stopwatch(2 * BLOCK), room(memory, layout));
    for (int i = 0; i < layout.sets(); i++) {
      Buffers set = Buffers.in(memory, device, fillings, i * layout.bytes());
      stand.buffers.add(set);
      stand.calls.add(which.make().apply(set));
      set.fill(ops);
    }
    return stand;
  }

  /** What is overwritten to flush the cache; null where nothing need be. */
  private static Tensor room(DeviceMemory memory, Layout layout) {
    return layout.flush() == 0
        ? null
        : memory.tensor(
            layout.bytes() * layout.sets(),
            DType.FP32,
            Math.toIntExact(layout.flush() / Float.BYTES));
  }

  /**
   * Calls it until it is compiled: until the compiler was quiet for a while, and not longer than
   * {@code seconds}.
   */
  void warmUp(double seconds) {
    long window = (long) (WARM_UP_WINDOW * effort.seconds() * 1e9);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long compiled = COMPILER.getTotalCompilationTime();
    int quiet = 0;
    int called = 0;
    while ((quiet < QUIET_WINDOWS || called < FEWEST_CALLS) && System.nanoTime() < end) {
      for (long until = System.nanoTime() + window; System.nanoTime() < until; called++) {
        one(warm(), 1, 0);
        watch.seconds(0, 1);
      }
      long now = COMPILER.getTotalCompilationTime();
      quiet = now == compiled ? quiet + 1 : 0;
      compiled = now;
    }
  }

  /**
   * One round, the first samples of which are looked at one by one: one alone may be longer than
   * the round. Its samples go to {@code series}. Returns whether the noise ended it.
   */
  boolean round(CacheState cache, Series series) {
    int times = cache == CacheState.WARM ? callsASample() : 1;
    long end = System.nanoTime() + (long) (effort.seconds() * 1e9);
    do {
      int block = Math.clamp(series.size(), 1, BLOCK);
      for (int i = 0; i < block; i++) {
        one(cache == CacheState.WARM ? warm() : coldest(), times, i);
      }
      for (int i = 0; i < block; i++) {
        series.add(watch.seconds(2 * i, 2 * i + 1) / times);
      }
      if (series.size() >= FEWEST_SAMPLES && series.noise() <= effort.noise()) {
        return true;
      }
    } while (System.nanoTime() < end);
    return false;
  }

  private void one(Call call, int times, int mark) {
    watch.mark(2 * mark);
    for (int i = 0; i < times; i++) {
      call.run().accept(ops);
    }
    watch.mark(2 * mark + 1);
  }

  private int callsASample() {
    if (!calls.getFirst().repeatable()) {
      return 1;
    }
    one(warm(), 1, 0);
    double once = Math.max(1e-9, watch.seconds(0, 1));
    return (int) Math.clamp(Math.ceil(SHORTEST_SAMPLE / once), 1, MOST_CALLS);
  }

  private Call warm() {
    Call call = calls.getFirst();
    restore(call);
    return call;
  }

  /** What is to be put back is put back in all sets at once: long before the next use of most. */
  private Call coldest() {
    if (next == 0) {
      calls.forEach(this::restore);
      if (room != null) {
        ops.zero(room);
      }
    }
    Call call = calls.get(next);
    next = (next + 1) % calls.size();
    return call;
  }

  private void restore(Call call) {
    if (!call.repeatable()) {
      call.restore().accept(ops);
    }
  }

  @Override
  public void close() {
    watch.close();
    buffers.forEach(Buffers::close);
  }
}
