package palimpsest.continual;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;
import palimpsest.io.OneLine;

/** Reads a method as a user writes it, and says what is wrong with it and what would be right. */
final class MethodParser {
  /** A plus between two methods; those of der++ are part of its name. */
  private static final Pattern PLUS = Pattern.compile("(?<!\\bder)(?<!\\bder\\+)\\+");

  private final List<StrategyKind> kinds;
  private final String text;

  MethodParser(List<StrategyKind> kinds, String text) {
    this.kinds = kinds;
    this.text = text;
  }

  Method parse() {
    var parts = new ArrayList<Method.Part>();
    var names = new HashSet<String>();
    for (String written : parts(text)) {
      Method.Part part = part(written.strip());
      if (!names.add(part.kind().declaration().name())) {
        throw wrong(part.kind().declaration().name() + " can be given once only");
      }
      parts.add(part);
    }
    for (Method.Part part : parts) {
      List<String> others =
          names.stream().filter(name -> !name.equals(part.kind().declaration().name())).toList();
      if (!others.isEmpty()) {
        part.kind()
            .clash(others)
            .ifPresent(
                problem -> {
                  throw wrong(problem);
                });
      }
    }
    for (Method.Part part : parts) {
      for (Method.Part other : parts) {
        if (!part.equals(other)) {
          part.kind().clash(other.kind()).ifPresent(reason -> refuse(part, other, reason));
        }
      }
    }
    return new Method(parts);
  }

  private void refuse(Method.Part part, Method.Part other, String reason) {
    throw wrong(
        "%s cannot go together with %s: %s"
            .formatted(
                part.kind().declaration().name(), other.kind().declaration().name(), reason));
  }

  /** What is joined by a plus. */
  static List<String> parts(String text) {
    return List.of(PLUS.split(text, -1));
  }

  private Method.Part part(String written) {
    StrategyKind kind = kind(written);
    Declaration declaration = kind.declaration();
    List<String> pieces = List.of(written.split(":", -1));
    int words = declaration.name().split(":", -1).length;
    Map<String, Object> values = new HashMap<>();
    for (String piece : pieces.subList(words, pieces.size())) {
      int equals = piece.indexOf('=');
      Optional<Parameter> flag = flag(declaration, piece);
      Parameter parameter =
          equals < 0
              ? flag.orElseGet(() -> nextUnnamed(declaration, values, piece))
              : named(declaration, piece.substring(0, equals).strip());
      String text = flag.isPresent() ? "true" : piece.substring(equals + 1).strip();
      Object value = value(declaration, parameter, text);
      if (values.putIfAbsent(parameter.name(), value) != null) {
        throw wrong(parameter.name() + " is given twice" + form(declaration));
      }
    }
    for (Parameter parameter : declaration.parameters()) {
      if (parameter.required() && !values.containsKey(parameter.name())) {
        throw wrong(parameter.name() + " is missing" + form(declaration));
      }
      values.putIfAbsent(parameter.name(), parameter.fallback());
    }
    return new Method.Part(kind, new Values(values));
  }

  private static Optional<Parameter> flag(Declaration declaration, String piece) {
    return declaration.parameters().stream()
        .filter(parameter -> parameter instanceof Parameter.Flag)
        .filter(parameter -> parameter.name().equals(piece.strip()))
        .findFirst();
  }

  /** The kind whose name it begins with, the longest such: {@code freeze:top} before freeze. */
  private StrategyKind kind(String written) {
    Optional<StrategyKind> begun =
        kinds.stream()
            .filter(kind -> (written + ":").startsWith(kind.declaration().name() + ":"))
            .max(Comparator.comparingInt(kind -> kind.declaration().name().length()));
    if (begun.isPresent()) {
      return begun.get();
    }
    String name = written.split(":", -1)[0];
    List<Declaration> declarations = kinds.stream().map(StrategyKind::declaration).toList();
    throw wrong(
        "no method is called '%s'%s (there are %s)"
            .formatted(
                OneLine.quote(name),
                Nearest.hint(name, declarations.stream().map(Declaration::name).toList()),
                declarations.stream().map(Declaration::form).collect(Collectors.joining(", "))));
  }

  private Parameter nextUnnamed(Declaration declaration, Map<String, Object> values, String piece) {
    return declaration.parameters().stream()
        .filter(parameter -> !declaration.named(parameter))
        .filter(parameter -> !values.containsKey(parameter.name()))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    "'%s' is too much%s%s"
                        .formatted(
                            OneLine.quote(piece),
                            Nearest.hint(piece, flags(declaration)),
                            form(declaration))));
  }

  private static List<String> flags(Declaration declaration) {
    return declaration.parameters().stream()
        .filter(parameter -> parameter instanceof Parameter.Flag)
        .map(Parameter::name)
        .toList();
  }

  private Parameter named(Declaration declaration, String name) {
    for (Parameter parameter : declaration.parameters()) {
      if (parameter.name().equals(name)) {
        return parameter;
      }
    }
    List<String> names = declaration.parameters().stream().map(Parameter::name).toList();
    throw wrong(
        "it has no option '%s'%s%s"
            .formatted(OneLine.quote(name), Nearest.hint(name, names), form(declaration)));
  }

  private Object value(Declaration declaration, Parameter parameter, String written) {
    return parameter
        .parse(written)
        .orElseThrow(
            () ->
                wrong(
                    "%s must be %s, not '%s'%s"
                        .formatted(
                            parameter.name(),
                            parameter.range(),
                            OneLine.quote(written),
                            form(declaration))));
  }

  private static String form(Declaration declaration) {
    return "; it is written " + declaration.form();
  }

  private UserException wrong(String problem) {
    return new UserException("method '%s': %s".formatted(OneLine.quote(text), problem));
  }
}
