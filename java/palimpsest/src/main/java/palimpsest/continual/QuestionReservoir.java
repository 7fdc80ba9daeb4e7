package palimpsest.continual;

import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.data.Question;

/**
 * Questions of all tasks so far, each of them as likely to be kept as any other (Vitter 1985): the
 * i-th that comes takes a random place with probability capacity / i.
 */
final class QuestionReservoir implements QuestionBuffer {
  private final Memory memory;
  private final int capacity;
  private long seen;

  QuestionReservoir(int capacity) {
    this.memory = new Memory(capacity);
    this.capacity = capacity;
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
  public void learned(List<Question> questions, int task, RandomGenerator random) {
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
  public List<Row> draw(int count, RandomGenerator random) {
    return memory.draw(count, random);
  }

  @Override
  public Occupancy occupancy() {
    return memory.occupancy();
  }

  @Override
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public StrategyState state() {
    return memory.state().put("seen", (double) seen);
  }

  @Override
  public void load(StrategyState state) {
    memory.load(state);
    seen = (long) state.number("seen");
  }
}
