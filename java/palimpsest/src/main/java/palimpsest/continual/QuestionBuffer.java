package palimpsest.continual;

import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.data.Question;

/** Old questions in a fixed number of places, under a rule that says which of them stay. */
interface QuestionBuffer {
  /** Takes in the training questions of a task, once it is learned. */
  void learned(List<Question> questions, int task, RandomGenerator random);

  /** So many rows, drawn uniformly and with replacement; none from an empty buffer. */
  List<Row> draw(int count, RandomGenerator random);

  Occupancy occupancy();

  /** Of the token ids. */
  long bytes();

  StrategyState state();

  void load(StrategyState state);
}
