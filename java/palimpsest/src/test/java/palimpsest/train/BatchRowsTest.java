package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import palimpsest.data.Batch;

class BatchRowsTest {
  /** Rows of T = 10 whose last target is at the end of so many positions. */
  private static Batch batch(int... lengths) {
    int[] tokens = new int[lengths.length * 10];
    int[] targets = new int[tokens.length];
    Arrays.setAll(tokens, i -> i);
    Arrays.fill(targets, Batch.IGNORED);
    for (int row = 0; row < lengths.length; row++) {
      if (lengths[row] > 0) {
        targets[row * 10 + lengths[row] - 1] = row;
      }
    }
    return new Batch(lengths.length, 10, tokens, targets);
  }

  @Test
  void dealsRowsWithTargetsShortOnesFirst() {
    BatchRows rows = BatchRows.of(batch(7, 10, 3, 0, 10));
    assertArrayEquals(new int[] {2, 0, 1, 4}, rows.numbers());
    assertArrayEquals(new int[] {2, 1}, rows.dealt(0, 2).numbers());
    assertArrayEquals(new int[] {0, 4}, rows.dealt(1, 2).numbers());
  }

  @Test
  void cutsWhereMostIsSpared() {
    List<BatchRows> parts = BatchRows.of(batch(4, 10, 4, 9, 10, 4)).byLength(1);
    assertEquals(List.of(4, 10), parts.stream().map(BatchRows::time).toList());
    assertEquals(List.of(3, 3), parts.stream().map(BatchRows::count).toList());
  }

  @Test
  void cutsNothingThatIsNotWorthIt() {
    assertEquals(1, BatchRows.of(batch(10, 10, 10, 10)).byLength(1).size());
    assertEquals(1, BatchRows.of(batch(9, 9, 9, 10, 10, 10, 10, 10)).byLength(1).size());
    assertEquals(1, BatchRows.of(batch(4, 10, 4, 9, 10, 4)).byLength(13).size());
    assertEquals(0, BatchRows.of(batch(2, 0)).dealt(1, 2).byLength(1).getFirst().count());
  }

  @Test
  void copiesWhatThePassNeeds() {
    BatchRows part = BatchRows.of(batch(4, 10, 3)).byLength(1).getFirst();
    int[] tokens = new int[8];
    int[] positions = new int[2];
    int[] targets = new int[2];
    int[] places = new int[2];
    assertEquals(2, part.copy(tokens, positions, targets, places));
    assertArrayEquals(new int[] {2, 0}, places);
    assertArrayEquals(new int[] {20, 21, 22, 23, 0, 1, 2, 3}, tokens);
    assertArrayEquals(new int[] {2, 7}, positions);
    assertArrayEquals(new int[] {2, 0}, targets);
  }
}
