package palimpsest.data;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The batches of a source in their order, prepared on a thread of their own while a model learns
 * from those before: a device that takes a millisecond for a step need not wait until an epoch's
 * texts are written and tokenized.
 */
public final class BatchesAhead implements BatchSource, AutoCloseable {
  private static final int MOST_BATCHES = 64;
  private static final int MOST_POSITIONS = 1 << 21;

  private final BatchSource source;
  private final BlockingQueue<Prepared> prepared;
  private Place place;
  private Thread thread;
  private boolean over;

  /**
   * @param source nobody else's from now on
   * @param positions B · T of a batch; fewer are kept of large ones
   */
  public BatchesAhead(BatchSource source, int positions) {
    this.source = source;
    place = source.place();
    prepared = new ArrayBlockingQueue<>(Math.clamp(MOST_POSITIONS / positions, 1, MOST_BATCHES));
  }

  private sealed interface Prepared {
    /**
     * @param after where the batch behind it begins
     */
    record One(Batch batch, Place after) implements Prepared {}

    /** The last: nothing is prepared behind it. */
    record Failed(Throwable cause) implements Prepared {}
  }

  /**
   * @throws IllegalStateException if this is closed, or after a call that failed
   */
  @Override
  public Batch next() {
    if (over) {
      throw new IllegalStateException("no batch follows");
    }
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("batches").start(this::prepare);
    }
    return switch (taken()) {
      case Prepared.One(Batch batch, Place after) -> {
        place = after;
        yield batch;
      }
      case Prepared.Failed(Throwable cause) -> {
        over = true;
        switch (cause) {
          case RuntimeException runtime -> throw runtime;
          case Error error -> throw error;
          default -> throw new IllegalStateException(cause);
        }
      }
    };
  }

  private Prepared taken() {
    try {
      return prepared.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a batch was prepared", e);
    }
  }

  private void prepare() {
    try {
      Prepared last;
      do {
        last = one();
        prepared.put(last);
      } while (last instanceof Prepared.One);
    } catch (InterruptedException _) {
      return; // closed
    }
  }

  /** Whatever goes wrong is passed on: whoever takes would wait for ever. */
  private Prepared one() {
    try {
      Batch next = source.next();
      Batch own =
          new Batch(next.rows(), next.length(), next.tokens().clone(), next.targets().clone());
      return new Prepared.One(own, source.place());
    } catch (Throwable e) {
      return new Prepared.Failed(e);
    }
  }

  @Override
  public Place place() {
    return place;
  }

  /**
   * @throws IllegalStateException if a batch was taken before
   */
  @Override
  public void goTo(Place to) {
    if (thread != null) {
      throw new IllegalStateException("batches are being prepared from %s on".formatted(place));
    }
    source.goTo(to);
    place = to;
  }

  /** Ends the thread, once it has prepared what it is at: the source is nobody's then. */
  @Override
  public void close() {
    over = true;
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
