package palimpsest.lab;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import palimpsest.base.UserException;

/**
 * How often a phase writes a checkpoint that it can be resumed from.
 *
 * @param steps every so many steps of the phase; 0 to go by time alone
 * @param time since the last one; zero to go by steps alone
 */
public record Cadence(int steps, Duration time) {
  /** Two minutes: what writing one takes, a second for a large model, does not show beside it. */
  public static final Cadence USUAL = new Cadence(0, Duration.ofMinutes(2));

  private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,8})(s|m|h)?");

  /** {@code 500} steps, {@code 30s}, {@code 5m} or {@code 1h}. */
  public static Cadence parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new UserException(
          "--checkpoint-every %s: must be a number of steps, such as 500, or a time, such as 5m"
              .formatted(text));
    }
    int number = Integer.parseInt(matcher.group(1));
    return switch (matcher.group(2)) {
      case null -> new Cadence(number, Duration.ZERO);
      case "s" -> new Cadence(0, Duration.ofSeconds(number));
      case "m" -> new Cadence(0, Duration.ofMinutes(number));
      default -> new Cadence(0, Duration.ofHours(number));
    };
  }

  /**
   * Whether one is due.
   *
   * @param done steps of the phase
   * @param nanos since the last one, or since the phase began
   */
  boolean isDue(int done, long nanos) {
    return (steps > 0 && done % steps == 0) || (!time.isZero() && nanos >= time.toNanos());
  }
}
