package palimpsest.train;

import java.util.List;
import java.util.stream.IntStream;
import palimpsest.data.Question;
import palimpsest.ops.Device;

/** Teacher-forced answers of one model, its lanes sharing the questions. */
record Answers(Device device, Lane[] lanes, int passPositions) {
  /** In the order of the questions. */
  List<Scored> to(List<Question> questions) {
    int[] lengths = Group.lengths(questions);
    int[] order = Group.byLength(lengths);
    Scored[] scored = new Scored[questions.size()];
    device.onEachLane(
        (lane, ops) -> {
          int[] mine = dealt(order, lane);
          for (Group group : Group.cut(lengths, mine, passPositions)) {
            lanes[lane].answer(ops, questions, group, scored);
          }
        });
    return List.of(scored);
  }

  /** Every so many-th, so that all lanes have questions of all lengths. */
  private int[] dealt(int[] order, int lane) {
    return IntStream.range(0, order.length)
        .filter(i -> i % lanes.length == lane)
        .map(i -> order[i])
        .toArray();
  }
}
