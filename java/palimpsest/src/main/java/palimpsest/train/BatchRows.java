package palimpsest.train;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import palimpsest.data.Batch;

/**
 * Some rows of a batch, the short ones first. Behind its last target a row has nothing that its
 * loss depends on, so that much of it need not go through a model; nor need a row without any.
 *
 * @param numbers of the rows
 * @param lengths positions of each row up to its last target
 * @param time T that they go through the model with
 * @param firstPlaces for every row of the batch, how many positions count before it
 */
record BatchRows(Batch batch, int[] numbers, int[] lengths, int time, int[] firstPlaces) {
  /** A second pass is worth it if it spares so much of the positions. */
  private static final double WORTH = 0.05;

  static BatchRows of(Batch batch) {
    int[] lengths = new int[batch.rows()];
    Arrays.setAll(lengths, row -> length(batch, row));
    int[] numbers =
        IntStream.range(0, batch.rows())
            .filter(row -> lengths[row] > 0)
            .boxed()
            .sorted(Comparator.comparingInt(row -> lengths[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] sorted = Arrays.stream(numbers).map(row -> lengths[row]).toArray();
    return new BatchRows(batch, numbers, sorted, batch.length(), firstPlaces(batch));
  }

  private static int[] firstPlaces(Batch batch) {
    int[] places = new int[batch.rows()];
    int counted = 0;
    for (int i = 0; i < batch.targets().length; i++) {
      if (i % batch.length() == 0) {
        places[i / batch.length()] = counted;
      }
      counted += batch.targets()[i] == Batch.IGNORED ? 0 : 1;
    }
    return places;
  }

  private static int length(Batch batch, int row) {
    int end = batch.length();
    while (end > 0 && batch.targets()[row * batch.length() + end - 1] == Batch.IGNORED) {
      end--;
    }
    return end;
  }

  int count() {
    return numbers.length;
  }

  /** Every so many-th row, so that all lanes have rows of all lengths. */
  BatchRows dealt(int lane, int lanes) {
    int[] mine = IntStream.range(0, count()).filter(i -> i % lanes == lane).toArray();
    return new BatchRows(
        batch,
        Arrays.stream(mine).map(i -> numbers[i]).toArray(),
        Arrays.stream(mine).map(i -> lengths[i]).toArray(),
        time,
        firstPlaces);
  }

  /** The rows from the {@code first} up to and without the {@code end}. */
  BatchRows slice(int first, int end) {
    return slice(first, end, time);
  }

  private BatchRows slice(int first, int end, int newTime) {
    return new BatchRows(
        batch,
        Arrays.copyOfRange(numbers, first, end),
        Arrays.copyOfRange(lengths, first, end),
        newTime,
        firstPlaces);
  }

  /**
   * One or two parts, cut where the shorter rows spare most positions.
   *
   * @param least positions of a part: with fewer its products are slow
   */
  List<BatchRows> byLength(int least) {
    int best = (int) ((1 - WORTH) * count() * time);
    int cut = 0;
    for (int i = 1; i < count(); i++) {
      int low = i * lengths[i - 1];
      int high = (count() - i) * time;
      if (Math.min(low, high) >= least && low + high < best) {
        best = low + high;
        cut = i;
      }
    }
    return cut == 0 ? List.of(this) : List.of(slice(0, cut, lengths[cut - 1]), slice(cut, count()));
  }

  /**
   * The first T tokens of each row, and its targets.
   *
   * @param tokens gets {@code [count, T]}
   * @param positions gets the M positions that count, in {@code [0, count T)}
   * @param targets gets what follows them
   * @param places gets the place of each among all that count in the batch, row by row
   * @return M
   */
  int copy(int[] tokens, int[] positions, int[] targets, int[] places) {
    int m = 0;
    for (int row = 0; row < count(); row++) {
      int from = numbers[row] * batch.length();
      int place = firstPlaces[numbers[row]];
      System.arraycopy(batch.tokens(), from, tokens, row * time, time);
      for (int i = 0; i < lengths[row]; i++) {
        int target = batch.targets()[from + i];
        if (target != Batch.IGNORED) {
          positions[m] = row * time + i;
          places[m] = place++;
          targets[m++] = target;
        }
      }
    }
    return m;
  }
}
