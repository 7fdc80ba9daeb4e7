package palimpsest.analysis.features;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Findings;
import palimpsest.analysis.weights.Stage;
import palimpsest.data.Question;

/**
 * How hidden states at the last prompt token moved, between six pairs of models.
 *
 * @param width C
 * @param questions how many were asked, of each task
 * @param chance what mean |cos| with a principal component comes to for random shifts
 * @param componentChance what the share inside the leading components comes to for them
 * @param cancellation on task 0's questions, of a → b and b → the end, by depth
 */
public record FeatureFindings(
    int width,
    List<Integer> questions,
    double chance,
    double componentChance,
    List<Pair> pairs,
    List<Cancellation> cancellation)
    implements Findings {

  /**
   * @param pair {@link ShiftPair#key}
   */
  public record Pair(String pair, List<Depth> depths) {}

  /**
   * One hidden state.
   *
   * @param depth 0 is what the embedding gives, L what all layers leave after the last norm
   * @param points some people's questions, for the scatter plots
   */
  public record Depth(
      int depth, FeatureShift shift, List<AttributeSlope> slopes, List<ScatterPoint> points) {}

  /**
   * Compares.
   *
   * @param states {@code [L + 1][N][C]} of each task's questions, for each stage that the pairs
   *     name
   * @param questions of each task, in the states' order
   * @param people whose questions are kept as points: so many first ones
   */
  public static FeatureFindings of(
      List<Map<Stage, double[][][]>> states, List<List<Question>> questions, int people) {
    List<Pair> pairs = new ArrayList<>();
    for (ShiftPair pair : ShiftPair.values()) {
      Map<Stage, double[][][]> ofTask = states.get(pair.task());
      List<Question> asked = questions.get(pair.task());
      double[][][] before = ofTask.get(pair.before());
      double[][][] after = ofTask.get(pair.after());
      int[] shown = ofFirstPeople(asked, people);
      pairs.add(
          new Pair(
              pair.key(),
              IntStream.range(0, before.length)
                  .mapToObj(depth -> depth(depth, before[depth], after[depth], asked, shown))
                  .toList()));
    }
    Map<Stage, double[][][]> task0 = states.getFirst();
    int width = task0.get(Stage.A)[0][0].length;
    return new FeatureFindings(
        width,
        questions.stream().map(List::size).toList(),
        FeatureShift.chance(width),
        Math.min(1, FeatureShift.COMPONENTS / (double) width),
        pairs,
        cancellation(task0));
  }

  private static Depth depth(
      int depth, double[][] before, double[][] after, List<Question> asked, int[] shown) {
    ShiftFrame frame = ShiftFrame.of(before, after);
    return new Depth(
        depth,
        FeatureShift.of(frame),
        AttributeSlope.of(frame, asked),
        ScatterPoint.of(frame, asked, shown));
  }

  private static List<Cancellation> cancellation(Map<Stage, double[][][]> states) {
    double[][][] a = states.get(Stage.A);
    double[][][] b = states.get(Stage.B);
    double[][][] end = states.get(Stage.END);
    return IntStream.range(0, a.length)
        .mapToObj(depth -> Cancellation.of(depth, a[depth], b[depth], end[depth]))
        .toList();
  }

  private static int[] ofFirstPeople(List<Question> questions, int people) {
    List<Integer> first =
        questions.stream().map(Question::subject).distinct().limit(people).toList();
    return IntStream.range(0, questions.size())
        .filter(i -> first.contains(questions.get(i).subject()))
        .toArray();
  }

  /** What is found of a pair. */
  public Pair pair(ShiftPair wanted) {
    return pairs.stream()
        .filter(pair -> pair.pair().equals(wanted.key()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public List<DataTable> tables() {
    return List.of(shifts(), slopes(), scatter(), cancellations());
  }

  private DataTable shifts() {
    List<List<Object>> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      for (Depth depth : pair.depths()) {
        FeatureShift shift = depth.shift();
        rows.add(
            DataTable.row(
                pair.pair(),
                depth.depth(),
                shift.size(),
                shift.oneDirection(),
                shift.cosine1(),
                shift.cosine2(),
                chance,
                shift.uncentredCosine1(),
                shift.componentShare(),
                componentChance,
                shift.variance1(),
                shift.variance2(),
                shift.componentAngle()));
      }
    }
    return new DataTable(
        "shifts",
        List.of(
            "pair",
            "depth",
            "size",
            "one_direction",
            "cosine_1",
            "cosine_2",
            "cosine_chance",
            "uncentred_cosine_1",
            "component_share",
            "component_share_chance",
            "variance_1",
            "variance_2",
            "component_angle"),
        rows);
  }

  private DataTable slopes() {
    List<List<Object>> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      for (Depth depth : pair.depths()) {
        for (AttributeSlope slope : depth.slopes()) {
          rows.add(
              DataTable.row(
                  pair.pair(),
                  depth.depth(),
                  slope.attribute(),
                  slope.onBefore(),
                  slope.onAfter()));
        }
      }
    }
    List<String> columns = List.of("pair", "depth", "attribute", "on_before_pc1", "on_after_pc1");
    return new DataTable("slopes", columns, rows);
  }

  private DataTable scatter() {
    List<List<Object>> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      for (Depth depth : pair.depths()) {
        for (ScatterPoint point : depth.points()) {
          rows.add(row(pair, depth, point, "before", point.before()));
          rows.add(row(pair, depth, point, "after", point.after()));
        }
      }
    }
    var columns = new ArrayList<>(List.of("pair", "depth", "subject", "attribute", "model"));
    Arrays.stream(ScatterPoint.Axis.values())
        .map(axis -> axis.name().toLowerCase(Locale.ROOT))
        .forEach(columns::add);
    return new DataTable("scatter", columns, rows);
  }

  private static List<Object> row(
      Pair pair, Depth depth, ScatterPoint point, String model, List<Double> coordinates) {
    List<Object> row = new ArrayList<>();
    row.add(pair.pair());
    row.add(depth.depth());
    row.add(point.subject());
    row.add(point.attribute());
    row.add(model);
    row.addAll(coordinates);
    return row;
  }

  private DataTable cancellations() {
    return new DataTable(
        "cancellation",
        List.of("depth", "cosine", "mean_cosine", "left"),
        cancellation.stream()
            .map(one -> DataTable.row(one.depth(), one.cosine(), one.meanCosine(), one.left()))
            .toList());
  }
}
