package palimpsest.report;

import java.util.Locale;
import palimpsest.report.Results.Statistic;

/** Numbers as a reader sees them, in the page's typography. */
final class Numbers {
  /** Stands for what was not measured. */
  static final String NONE = "–";

  static final String NOT_REACHED = "not reached";

  private static final String NARROW_SPACE = "\u202f";
  private static final char MINUS = '−';

  private Numbers() {}

  /** {@code 98 %}. */
  static String wholePercent(Double share) {
    return share == null ? NONE : decimal(100 * share, 0) + NARROW_SPACE + "%";
  }

  /** {@code 98.1 %}. */
  static String percent(Double share) {
    return share == null ? NONE : decimal(100 * share, 1) + NARROW_SPACE + "%";
  }

  /** {@code 98.1 ± 0.5 %}, or without the interval where there is none. */
  static String percent(Double share, Double halfWidth) {
    return halfWidth == null
        ? percent(share)
        : decimal(100 * share, 1) + " ± " + percent(halfWidth);
  }

  static String percent(Statistic statistic) {
    return percent(statistic.mean(), statistic.ci95());
  }

  /** A difference of two shares in percentage points: {@code +18.4 ± 2.1}. */
  static String points(Double difference, Double halfWidth) {
    if (difference == null) {
      return NONE;
    }
    String sign = difference >= 0 ? "+" : "";
    return sign
        + decimal(100 * difference, 1)
        + (halfWidth == null ? "" : " ± " + decimal(100 * halfWidth, 1));
  }

  static String value(Quantity.Unit unit, Double value, Double halfWidth) {
    if (value == null) {
      return NONE;
    }
    return switch (unit) {
      case SHARE, RATIO -> percent(value, halfWidth);
      case STEPS -> count(Math.round(value)) + plusMinus(halfWidth, 0);
      case SECONDS -> decimal(value, 1) + plusMinus(halfWidth, 1) + NARROW_SPACE + "s";
    };
  }

  /** {@code 1,234,567}. */
  static String count(Number count) {
    return count == null
        ? NONE
        : String.format(Locale.ROOT, "%,d", Math.round(count.doubleValue()));
  }

  static String bytes(Long bytes) {
    if (bytes == null) {
      return NONE;
    }
    if (bytes < 1024) {
      return bytes + NARROW_SPACE + "B";
    }
    return bytes < 1 << 20
        ? decimal(bytes / 1024.0, 1) + NARROW_SPACE + "KiB"
        : decimal(bytes / (double) (1 << 20), 1) + NARROW_SPACE + "MiB";
  }

  static String decimal(Double value, int digits) {
    if (value == null) {
      return NONE;
    }
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
    return zero ? text.replace("-", "") : text.replace('-', MINUS);
  }

  /** A share as a number of points, without a sign for gain: {@code 18.4}. */
  static String hundredfold(Double share) {
    return share == null ? NONE : decimal(100 * share, 1);
  }

  /** A p to four places; none is 0. */
  static String probability(Double p) {
    return p != null && p < 5e-5 ? "< 0.0001" : decimal(p, 4);
  }

  private static String plusMinus(Double halfWidth, int digits) {
    return halfWidth == null ? "" : " ± " + decimal(halfWidth, digits);
  }
}
