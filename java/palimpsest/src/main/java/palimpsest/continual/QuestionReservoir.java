package palimpsest.continual;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Questions of all tasks so far, each of them as likely to be kept as any other (Vitter 1985): the
 * i-th that comes takes a random place with probability capacity / i.
 */
final class QuestionReservoir {
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

  int capacity() {
    return capacity;
  }

  int size() {
    return memory.size();
  }

  Row get(int index) {
    return memory.get(index);
  }

  /** So many rows, drawn uniformly and with replacement. */
  List<Row> draw(int count, RandomGenerator random) {
    return memory.draw(count, random);
  }

  Occupancy occupancy() {
    return memory.occupancy();
  }

  long bytes() {
    return memory.bytes();
  }

  StrategyState state() {
    return memory.state().put("seen", (double) seen);
  }

  void load(StrategyState state) {
    memory.load(state);
    seen = (long) state.number("seen");
  }
}
