package palimpsest.io.yaml;

import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;
import palimpsest.io.OneLine;

/** Reads one value as a component's type, within the limits its annotations set. */
record ScalarReader(String key, Class<?> type, AnnotatedElement limits) {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,6})?");
  private static final int LONGEST_NUMBER = 60;

  Object read(YamlNode.Scalar scalar) {
    if (scalar.isNothing()) {
      throw problem(scalar, "has no value");
    }
    Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
    if (primitive == String.class) {
      return word(scalar);
    }
    if (primitive == boolean.class) {
      return truth(scalar);
    }
    if (primitive == double.class) {
      return real(scalar);
    }
    if (primitive == int.class) {
      return (int) whole(scalar, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (primitive == long.class) {
      return whole(scalar, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type.isEnum()) {
      return constant(scalar);
    }
    throw new IllegalStateException("cannot read a " + type + " for " + key);
  }

  private String word(YamlNode.Scalar scalar) {
    if (scalar.text().isBlank()) {
      throw problem(scalar, "has no value");
    }
    OneOf valid = limits.getAnnotation(OneOf.class);
    return valid == null ? scalar.text() : oneOf(scalar, List.of(valid.value()));
  }

  private Object constant(YamlNode.Scalar scalar) {
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(Keys.of((Enum<?>) constant), constant);
    }
    return constants.get(oneOf(scalar, List.copyOf(constants.keySet())));
  }

  private String oneOf(YamlNode.Scalar scalar, List<String> valid) {
    if (valid.contains(scalar.text())) {
      return scalar.text();
    }
    String nearest =
        Nearest.to(scalar.text(), valid).map("; did you mean %s?"::formatted).orElse("");
    throw problem(
        scalar,
        "must be %s, not %s%s".formatted(String.join(" or ", valid), said(scalar), nearest));
  }

  private boolean truth(YamlNode.Scalar scalar) {
    if (scalar.plain()) {
      switch (scalar.text()) {
        case "true", "True", "TRUE" -> {
          return true;
        }
        case "false", "False", "FALSE" -> {
          return false;
        }
        default -> {}
      }
    }
    throw problem(scalar, "must be true or false, not " + said(scalar));
  }

  private double real(YamlNode.Scalar scalar) {
    double value = isNumber(scalar) ? Double.parseDouble(scalar.text()) : Double.NaN;
    if (!Double.isFinite(value)) {
      throw problem(scalar, "must be a finite number, not " + said(scalar));
    }
    checkLimits(scalar, value);
    return value;
  }

  private long whole(YamlNode.Scalar scalar, long least, long most) {
    if (!isNumber(scalar)) {
      throw problem(scalar, "must be a whole number, not " + said(scalar));
    }
    BigDecimal value = new BigDecimal(scalar.text());
    if (Double.isInfinite(value.doubleValue())
        || value.compareTo(BigDecimal.valueOf(least)) < 0
        || value.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw problem(scalar, "must be from %d to %d, not %s".formatted(least, most, said(scalar)));
    }
    long whole;
    try {
      whole = value.longValueExact();
    } catch (ArithmeticException e) {
      throw problem(scalar, "must be a whole number, not " + said(scalar), e);
    }
    checkLimits(scalar, (double) whole);
    return whole;
  }

  private static boolean isNumber(YamlNode.Scalar scalar) {
    return scalar.plain()
        && scalar.text().length() <= LONGEST_NUMBER
        && NUMBER.matcher(scalar.text()).matches();
  }

  private void checkLimits(YamlNode.Scalar scalar, double value) {
    AtLeast least = limits.getAnnotation(AtLeast.class);
    AtMost most = limits.getAnnotation(AtMost.class);
    Above above = limits.getAnnotation(Above.class);
    boolean low = least != null && value < least.value() || above != null && value <= above.value();
    boolean high = most != null && value > most.value();
    if (low || high) {
      throw problem(
          scalar, "must be %s, not %s".formatted(range(least, above, most), said(scalar)));
    }
  }

  private static String range(AtLeast least, Above above, AtMost most) {
    String lower =
        least != null
            ? "at least " + Numbers.text(least.value())
            : above != null ? "above " + Numbers.text(above.value()) : "";
    String upper = most == null ? "" : "at most " + Numbers.text(most.value());
    return lower.isEmpty() || upper.isEmpty() ? lower + upper : lower + " and " + upper;
  }

  private UserException problem(YamlNode.Scalar scalar, String what) {
    return scalar.place().problem(key, what);
  }

  private UserException problem(YamlNode.Scalar scalar, String what, Exception cause) {
    UserException problem = problem(scalar, what);
    problem.initCause(cause);
    return problem;
  }

  private static String said(YamlNode.Scalar scalar) {
    return scalar.plain() ? OneLine.quote(scalar.text()) : '"' + OneLine.quote(scalar.text()) + '"';
  }
}
