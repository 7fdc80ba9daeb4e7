package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Something that can be set about a method, with the values it may have. */
public sealed interface Parameter {
  /** As written before an equals sign: {@code mix}. */
  String name();

  /** What stands for a value in {@link Declaration#form}: {@code m}. */
  String symbol();

  /** The value that is meant when nothing is written; {@code null} if it must be written. */
  Object fallback();

  /** What values are right: {@code a whole number, 0 or more}. */
  String range();

  /** The value a text stands for, if it stands for one in range. */
  Optional<Object> parse(String text);

  default boolean required() {
    return fallback() == null;
  }

  /** How a value is written, behind a colon. */
  default String written(Object value) {
    return (required() ? "" : name() + "=") + value;
  }

  /** How it is written in {@link Declaration#form}. */
  default String form() {
    return required() ? ":" + symbol() : "[:" + name() + "=" + symbol() + "]";
  }

  /** A count, 0 or more. */
  record Count(String name, String symbol, Integer fallback) implements Parameter {
    @Override
    public String range() {
      return "a whole number, 0 or more";
    }

    @Override
    public Optional<Object> parse(String text) {
      return text.matches("\\d{1,9}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
  }

  /**
   * A count that is limited.
   *
   * @param least the smallest
   * @param most the largest
   */
  record Size(String name, String symbol, Integer fallback, int least, int most)
      implements Parameter {
    @Override
    public String range() {
      return "a whole number from %d to %d".formatted(least, most);
    }

    @Override
    public Optional<Object> parse(String text) {
      return Optional.of(text)
          .filter(digits -> digits.matches("\\d{1,9}"))
          .map(Integer::valueOf)
          .filter(value -> least <= value && value <= most)
          .map(Object.class::cast);
    }
  }

  /** A number above 0, such as a factor. */
  record Positive(String name, String symbol, Double fallback) implements Parameter {
    @Override
    public String range() {
      return "a number above 0";
    }

    @Override
    public Optional<Object> parse(String text) {
      if (!text.matches("\\d{0,9}\\.?\\d{1,9}([eE]-?\\d{1,2})?")) {
        return Optional.empty();
      }
      double value = Double.parseDouble(text);
      return value > 0 ? Optional.of(value) : Optional.empty();
    }
  }

  /**
   * A share of something.
   *
   * @param zero whether it may be 0
   * @param one whether it may be 1
   */
  record Share(String name, String symbol, Double fallback, boolean zero, boolean one)
      implements Parameter {
    @Override
    public String range() {
      return zero
          ? "a share from 0 to " + (one ? "1" : "just below 1")
          : "a share above 0 and " + (one ? "up to 1" : "below 1");
    }

    @Override
    public Optional<Object> parse(String text) {
      if (!text.matches("\\d*\\.?\\d+([eE]-?\\d+)?")) {
        return Optional.empty();
      }
      double value = Double.parseDouble(text);
      boolean right = (value > 0 || zero) && (value < 1 || (one && value == 1));
      return right ? Optional.of(value) : Optional.empty();
    }
  }

  /** How much of something, from nothing up. */
  record Strength(String name, String symbol, Double fallback) implements Parameter {
    @Override
    public String range() {
      return "a number, 0 or more";
    }

    @Override
    public Optional<Object> parse(String text) {
      return text.matches("\\d{0,9}\\.?\\d{1,9}([eE][+-]?\\d{1,2})?")
          ? Optional.of(Double.valueOf(text))
          : Optional.empty();
    }
  }

  /** One of some words. */
  record Choice(String name, String symbol, String fallback, List<String> words)
      implements Parameter {
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public String range() {
      return "one of " + String.join(", ", words);
    }

    @Override
    public Optional<Object> parse(String text) {
      return words.contains(text) ? Optional.of(text) : Optional.empty();
    }
  }

  /** Off, or on where its name is written. */
  record Flag(String name) implements Parameter {
    @Override
    public String symbol() {
      return name;
    }

    @Override
    public Boolean fallback() {
      return false;
    }

    @Override
    public String written(Object value) {
      return name;
    }

    @Override
    public String form() {
      return "[:" + name + "]";
    }

    @Override
    public String range() {
      return "true or false";
    }

    @Override
    public Optional<Object> parse(String text) {
      return switch (text) {
        case "true" -> Optional.of(true);
        case "false" -> Optional.of(false);
        default -> Optional.empty();
      };
    }
  }

  /**
   * Parts of the model: so many layers from the bottom, with the embedding, or components by name.
   */
  record Components(String name, String symbol) implements Parameter {
    private static final Pattern NAMES =
        Pattern.compile("COMPONENT(;COMPONENT)*".replace("COMPONENT", COMPONENT));

    @Override
    public String fallback() {
      return null;
    }

    @Override
    public String range() {
      return "a number of layers, or names with ';' between them: embed, layers.2, layers.0-2,"
          + " layers.2.attention, layers.2.mlp, norm, head";
    }

    @Override
    public Optional<Object> parse(String text) {
      if (text.matches("\\d{1,4}")) {
        return Optional.of(Integer.valueOf(text).toString());
      }
      return NAMES.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
  }

  /** As {@link palimpsest.model.FreezePlan} names it. */
  String COMPONENT = "(embed|norm|head|layers\\.\\d{1,4}(-\\d{1,4})?(\\.(attention|mlp))?)";
}
