package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BatchesAheadTest {
  /** Batches of one position that count; the array is the source's own, as a stream's is. */
  private static final class Counting implements BatchSource {
    private final int[] cell = new int[1];
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicReference<Thread> by = new AtomicReference<>();

    @Override
    public Batch next() {
      by.set(Thread.currentThread());
      cell[0] = made.getAndIncrement();
      return new Batch(1, 1, cell, cell);
    }

    @Override
    public Place place() {
      return new Place(0, made.get());
    }

    @Override
    public void goTo(Place place) {
      made.set(place.taken());
    }
  }

  @Test
  void givesTheBatchesInTheirOrderAndTheirPlaces() {
    try (var ahead = new BatchesAhead(new Counting(), 1)) {
      for (int i = 0; i < 1000; i++) {
        assertEquals(new Place(0, i), ahead.place());
        Batch batch = ahead.next();
        assertArrayEquals(new int[] {i}, batch.tokens());
        assertArrayEquals(new int[] {i}, batch.targets());
      }
      assertThrows(IllegalStateException.class, () -> ahead.goTo(new Place(0, 0)));
    }
  }

  @Test
  void goesOnFromAPlace() {
    try (var ahead = new BatchesAhead(new Counting(), 1)) {
      ahead.goTo(new Place(0, 7));
      assertEquals(new Place(0, 7), ahead.place());
      assertArrayEquals(new int[] {7}, ahead.next().tokens());
    }
  }

  @Test
  void keepsFewBatchesOfManyPositionsAndEndsItsThread() {
    var source = new Counting();
    var ahead = new BatchesAhead(source, Integer.MAX_VALUE);
    ahead.next();
    Thread thread = source.by.get();
    while (source.made.get() < 3 || thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait(); // until it waits for room
    }
    // One was taken, one is kept, one waits to be.
    assertEquals(3, source.made.get());
    ahead.close();
    assertFalse(thread.isAlive());
    assertThrows(IllegalStateException.class, ahead::next);
  }

  @Test
  void passesOnWhatWentWrong() {
    var argument = new IllegalArgumentException("no more");
    assertFails(
        argument,
        () -> {
          throw argument;
        });
    var memory = new OutOfMemoryError("no more");
    assertFails(
        memory,
        () -> {
          throw memory;
        });
  }

  private static void assertFails(Throwable cause, Supplier<Batch> next) {
    BatchSource broken =
        new BatchSource() {
          @Override
          public Batch next() {
            return next.get();
          }

          @Override
          public Place place() {
            return new Place(0, 0);
          }

          @Override
          public void goTo(Place place) {}
        };
    try (var ahead = new BatchesAhead(broken, 1)) {
      assertSame(cause, assertThrows(cause.getClass(), ahead::next));
      assertThrows(IllegalStateException.class, ahead::next);
    }
  }
}
