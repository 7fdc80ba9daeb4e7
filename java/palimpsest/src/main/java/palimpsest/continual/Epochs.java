package palimpsest.continual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/**
 * Old and new questions in one list, shuffled anew every epoch. Which of the new ones stands where
 * is left to the task's own order; a batch has one of them at least.
 */
final class Epochs {
  private final List<Row> old;
  private final RandomGenerator random;
  private final int[] order;
  private int taken;

  /**
   * @param fresh how many new questions there are, 1 or more
   */
  Epochs(List<Row> old, int fresh, RandomGenerator random) {
    this.old = old;
    this.random = random;
    this.order = new int[old.size() + fresh];
    Arrays.setAll(order, i -> i);
    this.taken = order.length; // the first batch begins an epoch
  }

  /** The old ones among the next so many. */
  List<Row> next(int rows) {
    var next = new ArrayList<Row>();
    for (int i = 0; i < rows; i++) {
      if (taken == order.length) {
        RandomStream.shuffle(order, random);
        taken = 0;
      }
      int index = order[taken++];
      if (index < old.size() && next.size() < rows - 1) {
        next.add(old.get(index));
      }
    }
    return next;
  }

  /** Where the running epoch is; the random stream's place is its owner's to note. */
  StrategyState midway() {
    return new StrategyState().put("order", order).put("taken", taken);
  }

  void goOn(StrategyState midway) {
    System.arraycopy(midway.ints("order"), 0, order, 0, order.length);
    taken = (int) midway.number("taken");
  }
}
