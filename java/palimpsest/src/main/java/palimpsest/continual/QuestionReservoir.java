package palimpsest.continual;

import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.data.Question;

/**
 * Questions of all tasks so far, each of them as likely to be kept as any other (Vitter 1985): the
 * i-th that comes takes a random place with probability capacity / i.
 */
final class QuestionReservoir extends QuestionBuffer {
  private long seen;

  QuestionReservoir(int capacity) {
    super(capacity);
  }

  /** Keeps the row or does not; where it went, or −1. */
  int offer(Row row, RandomGenerator random) {
    seen++;
    if (memory.size() < capacity) {
      memory.add(row);
      return memory.size() - 1;
    }
    long place = random.nextLong(seen);
    if (place >= capacity) {
      return -1;
    }
    memory.replace((int) place, row);
    return (int) place;
  }

  @Override
  void learned(List<Question> questions, int task, RandomGenerator random) {
    if (capacity > 0) {
      questions.forEach(question -> offer(new Row(question, task), random));
    }
  }

  int size() {
    return memory.size();
  }

  Row get(int index) {
    return memory.get(index);
  }

  @Override
  StrategyState state() {
    return super.state().put("seen", (double) seen);
  }

  @Override
  void load(StrategyState state) {
    super.load(state);
    seen = (long) state.number("seen");
  }
}
