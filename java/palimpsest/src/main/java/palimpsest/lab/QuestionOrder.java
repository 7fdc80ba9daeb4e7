package palimpsest.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import palimpsest.base.RandomStream;
import palimpsest.data.Question;

/** Questions without end: pass after pass over all of them, each pass in an order of its own. */
final class QuestionOrder {
  private final List<Question> questions;
  private final RandomGenerator random;
  private final int[] order;
  private int next;

  QuestionOrder(List<Question> questions, RandomGenerator random) {
    this.questions = questions;
    this.random = random;
    this.order = IntStream.range(0, questions.size()).toArray();
    this.next = order.length;
  }

  List<Question> next(int count) {
    var taken = new ArrayList<Question>(count);
    while (taken.size() < count) {
      if (next == order.length) {
        RandomStream.shuffle(order, random);
        next = 0;
      }
      taken.add(questions.get(order[next++]));
    }
    return taken;
  }
}
