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
  /** Positions of each question: all but its last answer token, which predicts nothing. */
  static int[] lengths(List<Question> questions) {
    return questions.stream().mapToInt(question -> question.length() - 1).toArray();
  }

  /** The numbers of sequences, from the shortest to the longest. */
  static int[] byLength(int[] lengths) {
    return IntStream.range(0, lengths.length)
        .boxed()
        .sorted(Comparator.comparingInt(i -> lengths[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Cuts sequences into groups.
   *
   * @param lengths of all sequences
   * @param order which of them, from short to long
   * @param positions the most a group may take, padding included; one sequence may take more
   */
  static List<Group> cut(int[] lengths, int[] order, int positions) {
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
