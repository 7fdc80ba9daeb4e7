package palimpsest.continual;

import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.data.Question;

/** Old questions in a fixed number of places, under a rule that says which of them stay. */
abstract class QuestionBuffer {
  final Memory memory;
  final int capacity;

  QuestionBuffer(int capacity) {
    this.memory = new Memory(capacity);
    this.capacity = capacity;
  }

  /** Takes in the training questions of a task, once it is learned. */
  abstract void learned(List<Question> questions, int task, RandomGenerator random);

  /** So many rows, drawn uniformly and with replacement; none from an empty buffer. */
  final List<Row> draw(int count, RandomGenerator random) {
    return memory.draw(count, random);
  }

  final Occupancy occupancy() {
    return memory.occupancy();
  }

  /** Of the token ids. */
  final long bytes() {
    return memory.bytes();
  }

  StrategyState state() {
    return memory.state();
  }

  void load(StrategyState state) {
    memory.load(state);
  }
}
