package palimpsest.report;

import java.util.List;
import java.util.Map;

/**
 * A chart of an analysis: lines and points over two axes, and perhaps a surface below them. The
 * script {@code plots.js} draws it.
 *
 * @param id unique on the page
 * @param detail beside the title, smaller
 * @param label what it shows, for those who do not see it
 * @param size {@code middle} or {@code tall}
 * @param surface {@code null} for none
 */
record Plot(
    String id,
    String title,
    String detail,
    String label,
    String size,
    Axis x,
    Axis y,
    List<Line> lines,
    List<Mark> marks,
    Surface surface) {

  /** How the numbers of an axis are written. */
  enum Format {
    /** As they are. */
    NUMBER,
    /** Shares as percentages. */
    PERCENT,
    /** Angles in degrees. */
    DEGREES
  }

  /**
   * @param min {@code null} for what the data need
   * @param max likewise
   * @param names what stands at 0, 1, …; empty for numbers
   */
  record Axis(
      String title,
      Format format,
      Double min,
      Double max,
      boolean logarithmic,
      List<String> names) {
    static Axis of(String title) {
      return new Axis(title, Format.NUMBER, null, null, false, List.of());
    }

    /** Accuracies, from 0 to 1. */
    static Axis share(String title) {
      return new Axis(title, Format.PERCENT, 0.0, 1.0, false, List.of());
    }

    static Axis logarithmic(String title) {
      return new Axis(title, Format.NUMBER, null, null, true, List.of());
    }

    /** Places with names rather than numbers: 0, 1, … */
    static Axis named(String title, List<String> names) {
      return new Axis(title, Format.NUMBER, -0.25, names.size() - 0.75, false, names);
    }

    static Axis degrees(String title) {
      return new Axis(title, Format.DEGREES, 0.0, 90.0, false, List.of());
    }

    Axis between(Double from, Double to) {
      return new Axis(title, format, from, to, logarithmic, names);
    }
  }

  /** How points are drawn. */
  enum Style {
    /** Joined. */
    LINE,
    /** Joined by dashes. */
    DASHED,
    /** Joined by dots: what others are read against. */
    DOTTED,
    /** Not joined. */
    POINTS,
    /** Each from where it was to where it is: pairs of points. */
    ARROWS
  }

  /**
   * A line or a cloud of points.
   *
   * @param colour a method's place, from 0; {@link #CONTROL}, {@link #INK} or a {@link #ramp}
   * @param named whether its name stands at its end
   */
  record Line(String name, int colour, Style style, boolean named, List<Point> points) {
    static final int CONTROL = -1;
    static final int INK = -2;
    private static final int RAMP = 100;
    private static final int RAMP_STEPS = 100;

    /** One of a series of colours, from the first (0) to the last (1). */
    static int ramp(double share) {
      return RAMP + (int) Math.round(RAMP_STEPS * Math.clamp(share, 0, 1));
    }

    static Line of(String name, int colour, Style style, List<Point> points) {
      return new Line(name, colour, style, true, points);
    }

    /** One whose name is told by pointing at it alone. */
    static Line unnamed(String name, int colour, Style style, List<Point> points) {
      return new Line(name, colour, style, false, points);
    }
  }

  /**
   * @param text said when it is pointed at; may be {@code null}
   * @param label written beside it; may be {@code null}
   */
  record Point(double x, double y, String text, String label) {
    static Point of(double x, double y) {
      return new Point(x, y, null, null);
    }
  }

  /**
   * A dashed line across.
   *
   * @param axis {@code x} or {@code y}: whose value it marks
   * @param right whether the label of a level line stands at its right end
   */
  record Mark(String axis, double value, String label, boolean right) {
    Mark(String axis, double value, String label) {
      this(axis, value, label, false);
    }

    static Mark x(double value, String label) {
      return new Mark("x", value, label);
    }

    static Mark y(double value, String label) {
      return new Mark("y", value, label);
    }

    /** A level line with its label at its right end. */
    static Mark yRight(double value, String label) {
      return new Mark("y", value, label, true);
    }
  }

  /**
   * A function of both axes as filled contours.
   *
   * @param x columns, increasing and evenly spaced
   * @param y rows, likewise
   * @param z a row for each of {@code y}, a value for each of {@code x}
   * @param levels the contours drawn, increasing
   */
  record Surface(List<Double> x, List<Double> y, List<List<Double>> z, List<Double> levels) {}

  /** A plot of lines. */
  static Plot of(String id, String title, Axis x, Axis y, List<Line> lines) {
    return new Plot(id, title, "", title, "middle", x, y, lines, List.of(), null);
  }

  Plot detail(String words) {
    return new Plot(id, title, words, label, size, x, y, lines, marks, surface);
  }

  Plot label(String words) {
    return new Plot(id, title, detail, words, size, x, y, lines, marks, surface);
  }

  Plot tall() {
    return new Plot(id, title, detail, label, "tall", x, y, lines, marks, surface);
  }

  Plot marks(List<Mark> drawn) {
    return new Plot(id, title, detail, label, size, x, y, lines, drawn, surface);
  }

  Plot surface(Surface below) {
    return new Plot(id, title, detail, label, size, x, y, lines, marks, below);
  }

  /** The place it is drawn in. */
  String figure() {
    return Template.fill(
        "figure.html",
        Map.of(
            "id", Html.escape(id),
            "title", Html.escape(title),
            "detail", Html.escape(detail),
            "size", size,
            "label", Html.escape(label),
            "style", "plotted"));
  }
}
