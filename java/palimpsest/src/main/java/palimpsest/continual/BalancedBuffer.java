package palimpsest.continual;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.data.Question;

/**
 * Questions of all tasks so far, as many of each: after t tasks c / t places each, the first ones
 * one more where that leaves a rest. Old tasks give places up at random.
 */
final class BalancedBuffer extends QuestionBuffer {
  BalancedBuffer(int capacity) {
    super(capacity);
  }

  @Override
  void learned(List<Question> questions, int task, RandomGenerator random) {
    List<Row> kept = memory.rows();
    memory.clear();
    for (int number = 0; number <= task; number++) {
      int old = number;
      List<Row> candidates =
          number == task
              ? questions.stream().map(question -> new Row(question, old)).toList()
              : kept.stream().filter(row -> row.task() == old).toList();
      chosen(candidates, places(number, task + 1), random).forEach(memory::add);
    }
  }

  /** Of a task, once there are so many. */
  private int places(int number, int tasks) {
    return capacity / tasks + (number < capacity % tasks ? 1 : 0);
  }

  private static List<Row> chosen(List<Row> rows, int count, RandomGenerator random) {
    var chosen = new ArrayList<Row>();
    for (int index : Memory.choice(Math.min(count, rows.size()), rows.size(), random)) {
      chosen.add(rows.get(index));
    }
    return chosen;
  }
}
