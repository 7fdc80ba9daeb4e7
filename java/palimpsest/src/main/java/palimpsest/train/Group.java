package palimpsest.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import palimpsest.data.Question;

/**
 * Sequences of similar length that go through a model together.
 *
 * @param members which of the sequences
 * @param length T: the longest of them
 */
record Group(int[] members, int length) {
  /** Groups of questions, whose last answer token predicts nothing and is left out. */
  static List<Group> cut(List<Question> questions, int positions) {
    return cut(questions.stream().mapToInt(question -> question.length() - 1).toArray(), positions);
  }

  /**
   * Cuts sequences into groups, the shortest first.
   *
   * @param lengths of each sequence
   * @param positions the most a group may take, padding included; one sequence may take more
   */
  static List<Group> cut(int[] lengths, int positions) {
    int[] order =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> lengths[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Group> groups = new ArrayList<>();
    int first = 0;
    while (first < order.length) {
      int end = first + 1;
      while (end < order.length && (end - first + 1) * lengths[order[end]] <= positions) {
        end++;
      }
      groups.add(new Group(Arrays.copyOfRange(order, first, end), lengths[order[end - 1]]));
      first = end;
    }
    return groups;
  }
}
