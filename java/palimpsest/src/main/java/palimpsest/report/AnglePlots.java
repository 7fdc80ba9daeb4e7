package palimpsest.report;

import static palimpsest.report.Numbers.decimal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import palimpsest.analysis.angles.AngleFindings;
import palimpsest.analysis.angles.AngleFindings.MatrixAngle;
import palimpsest.analysis.angles.AngleFindings.MatrixFisher;
import palimpsest.analysis.angles.UpdatePair;
import palimpsest.report.Plot.Axis;
import palimpsest.report.Plot.Line;
import palimpsest.report.Plot.Point;
import palimpsest.report.Plot.Style;

/** The figures of the angles. */
final class AnglePlots {
  /** Dots that stand for the angles of one matrix, however many it has. */
  private static final int DOTS = 40;

  /** How far they are strewn to both sides of their layer, so that they can be told apart. */
  private static final double STREWN = 0.28;

  /** Kinds as findings name them, each with its name on the page; their places are colours. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind("attention.query", "query"),
          new Kind("attention.key", "key"),
          new Kind("attention.value", "value"),
          new Kind("attention.dense", "attention output"),
          new Kind("mlp.dense_h_to_4h", "MLP, C to 4C"),
          new Kind("mlp.dense_4h_to_h", "MLP, 4C to C"),
          new Kind("embed_in", "embedding"),
          new Kind("embed_out", "output matrix"));

  private record Kind(String key, String name) {}

  private final AngleFindings findings;

  AnglePlots(AngleFindings findings) {
    this.findings = findings;
  }

  /** What the colours mean. */
  static List<String> kinds() {
    return KINDS.stream().map(Kind::name).toList();
  }

  Plot againstFloor(UpdatePair pair) {
    return angles(pair, "floor", name(pair), matrix -> matrix.head() == null)
        .label("Mean angle of each weight matrix against that of independent updates");
  }

  /** Each head's share of q, k and v. */
  Plot heads(UpdatePair pair) {
    return angles(pair, "heads", "Head by head", matrix -> matrix.head() != null)
        .detail("query, key, value")
        .label("Mean angle of each head's share against that of independent updates");
  }

  private Plot angles(UpdatePair pair, String id, String title, Predicate<MatrixFisher> chosen) {
    List<Line> lines =
        byKind(pair, chosen, (matrix, angle) -> point(matrix, angle, angle.floor(), angle.mean()));
    lines.addFirst(
        Line.unnamed(
            "independent updates",
            Line.CONTROL,
            Style.DOTTED,
            List.of(Point.of(0, 0), Point.of(90, 90))));
    return Plot.of(
            id(id, pair),
            title,
            Axis.degrees("independent, arccos √(r₁/d)"),
            Axis.degrees("mean angle"),
            lines)
        .tall();
  }

  Plot againstFisher(UpdatePair pair) {
    List<Line> lines =
        byKind(
            pair,
            matrix -> matrix.head() == null && matrix.fisher() > 0,
            (matrix, angle) -> point(matrix, angle, angle.mean(), matrix.fisher()));
    return Plot.of(
            id("fisher", pair),
            "Fisher information",
            Axis.degrees("mean angle"),
            Axis.logarithmic("mean of the diagonal"),
            lines)
        .detail("after task 0")
        .label("Mean diagonal Fisher information of each weight matrix against its mean angle")
        .tall();
  }

  /** A panel a kind, all angles over the layers; one for the two embeddings. */
  Plot[] distributions(UpdatePair pair) {
    List<Plot> panels = new ArrayList<>();
    for (Kind kind : KINDS.subList(0, KINDS.size() - 2)) {
      panels.add(distribution(pair, kind.name(), "layer", List.of(kind)));
    }
    panels.add(
        distribution(pair, "embeddings", "in, out", KINDS.subList(KINDS.size() - 2, KINDS.size())));
    return panels.toArray(Plot[]::new);
  }

  private Plot distribution(UpdatePair pair, String title, String across, List<Kind> kinds) {
    List<Point> dots = new ArrayList<>();
    List<Point> means = new ArrayList<>();
    List<Point> floors = new ArrayList<>();
    for (int i = 0; i < findings.matrices().size(); i++) {
      MatrixFisher matrix = findings.matrices().get(i);
      MatrixAngle angle = findings.pair(pair).matrices().get(i);
      int embedding = kinds.stream().map(Kind::key).toList().indexOf(matrix.kind());
      if (embedding < 0 || matrix.head() != null || angle.mean() == null) {
        continue;
      }
      double x = matrix.layer() == null ? embedding : matrix.layer();
      dots.addAll(strewn(x, angle.degrees()));
      String label = matrix.layer() != null ? null : embedding == 0 ? "in" : "out";
      means.add(new Point(x, angle.mean(), text(matrix, angle), label));
      floors.add(point(matrix, angle, x, angle.floor()));
    }
    int colour = KINDS.indexOf(kinds.getFirst());
    boolean layers = kinds.size() == 1;
    double last = means.isEmpty() ? 1 : means.getLast().x();
    return Plot.of(
            id("angles-" + title.replaceAll("\\W+", "-"), pair),
            title,
            Axis.of(across).between(-0.5, last + 0.5),
            Axis.degrees("θ"),
            List.of( // the first is drawn over the others
                Line.unnamed(
                    "mean", layers ? colour : Line.INK, layers ? Style.LINE : Style.POINTS, means),
                Line.unnamed(
                    "independent", Line.CONTROL, layers ? Style.DOTTED : Style.POINTS, floors),
                Line.unnamed("θ", colour, Style.POINTS, dots)))
        .label("Angles of the directions of %s".formatted(title));
  }

  /** Evenly many quantiles, each a little beside the last so that they do not hide each other. */
  private static List<Point> strewn(double x, List<Double> degrees) {
    List<Double> sorted = degrees.stream().sorted().toList();
    int count = Math.min(DOTS, sorted.size());
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double value = sorted.get((int) ((i + 0.5) * sorted.size() / count));
      double beside = STREWN * ((i * 0.618034) % 1 * 2 - 1); // golden ratio: never a pattern
      points.add(Point.of(x + beside, value));
    }
    return points;
  }

  private List<Line> byKind(
      UpdatePair pair,
      Predicate<MatrixFisher> chosen,
      BiFunction<MatrixFisher, MatrixAngle, Point> drawn) {
    List<Line> lines = new ArrayList<>();
    for (int k = 0; k < KINDS.size(); k++) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < findings.matrices().size(); i++) {
        MatrixFisher matrix = findings.matrices().get(i);
        MatrixAngle angle = findings.pair(pair).matrices().get(i);
        if (matrix.kind().equals(KINDS.get(k).key())
            && chosen.test(matrix)
            && angle.mean() != null) {
          points.add(drawn.apply(matrix, angle));
        }
      }
      lines.add(Line.unnamed(KINDS.get(k).name(), k, Style.POINTS, points));
    }
    return lines;
  }

  private static Point point(MatrixFisher matrix, MatrixAngle angle, double x, double y) {
    return new Point(x, y, text(matrix, angle), null);
  }

  private static String text(MatrixFisher matrix, MatrixAngle angle) {
    return "%s: %s°, independent %s°, r₁ %d, r₂ %d"
        .formatted(
            matrix.matrix(),
            decimal(angle.mean(), 1),
            decimal(angle.floor(), 1),
            angle.formerRank(),
            angle.latterRank());
  }

  private static String id(String figure, UpdatePair pair) {
    return "%s-%s".formatted(figure, pair.key().replace('_', '-'));
  }

  /** In words. */
  static String name(UpdatePair pair) {
    return switch (pair) {
      case PRETRAINING_PRETRAINING -> "Pretraining ↔ last of pretraining";
      case PRETRAINING_TASK0 -> "Last of pretraining ↔ task 0";
      case PRETRAINING_TASK1 -> "Last of pretraining ↔ task 1";
      case TASK0_TASK1 -> "Task 0 ↔ task 1";
      case TASK0_FIRST_STEPS -> "Task 0 ↔ first steps";
      case FIRST_STEPS_TASK1 -> "First steps ↔ task 1";
      case FIRST_STEPS_LATER_STEPS -> "First steps ↔ later steps";
    };
  }
}
