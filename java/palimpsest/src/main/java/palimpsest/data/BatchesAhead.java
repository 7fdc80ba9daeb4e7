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

    record Failed(RuntimeException cause) implements Prepared {}
  }

  @Override
  public Batch next() {
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("batches").start(this::prepare);
    }
    try {
      return switch (prepared.take()) {
        case Prepared.One(Batch batch, Place after) -> {
          place = after;
          yield batch;
        }
        case Prepared.Failed(RuntimeException cause) -> throw cause;
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a batch was prepared", e);
    }
  }

  private void prepare() {
    try {
      while (true) {
        prepared.put(one());
      }
    } catch (InterruptedException _) {
      return; // closed
    }
  }

  private Prepared one() {
    try {
      Batch next = source.next();
      Batch own =
          new Batch(next.rows(), next.length(), next.tokens().clone(), next.targets().clone());
      return new Prepared.One(own, source.place());
    } catch (RuntimeException e) {
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

  /** Ends the thread. */
  @Override
  public void close() {
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
