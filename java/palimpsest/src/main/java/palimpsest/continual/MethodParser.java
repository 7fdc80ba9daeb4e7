package palimpsest.continual;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;

/** Reads a method as a user writes it, and says what is wrong with it and what would be right. */
final class MethodParser {
  private final List<StrategyKind> kinds;
  private final String text;

  MethodParser(List<StrategyKind> kinds, String text) {
    this.kinds = kinds;
    this.text = text;
  }

  Method parse() {
    var parts = new ArrayList<Method.Part>();
    var names = new HashSet<String>();
    for (String written : text.split("\\+", -1)) {
      Method.Part part = part(written.strip());
      if (!names.add(part.kind().declaration().name())) {
        throw wrong(part.kind().declaration().name() + " can be given once only");
      }
      parts.add(part);
    }
    if (parts.size() > 1 && names.contains(Sequential.KIND.declaration().name())) {
      throw wrong("seq stands alone: it is what the other methods are without their additions");
    }
    for (Method.Part part : parts) {
      for (Method.Part other : parts) {
        if (part != other) {
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

  private Method.Part part(String written) {
    List<String> pieces = List.of(written.split(":", -1));
    StrategyKind kind = kind(pieces.getFirst());
    Declaration declaration = kind.declaration();
    Map<String, Object> values = new HashMap<>();
    for (String piece : pieces.subList(1, pieces.size())) {
      int equals = piece.indexOf('=');
      Parameter parameter =
          equals < 0
              ? nextRequired(declaration, values, piece)
              : named(declaration, piece.substring(0, equals).strip());
      Object value = value(declaration, parameter, piece.substring(equals + 1).strip());
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

  private StrategyKind kind(String name) {
    for (StrategyKind kind : kinds) {
      if (kind.declaration().name().equals(name)) {
        return kind;
      }
    }
    List<Declaration> declarations = kinds.stream().map(StrategyKind::declaration).toList();
    throw wrong(
        "no method is called '%s'%s (there are %s)"
            .formatted(
                name,
                Nearest.hint(name, declarations.stream().map(Declaration::name).toList()),
                declarations.stream().map(Declaration::form).collect(Collectors.joining(", "))));
  }

  private Parameter nextRequired(
      Declaration declaration, Map<String, Object> values, String piece) {
    return declaration.parameters().stream()
        .filter(parameter -> parameter.required() && !values.containsKey(parameter.name()))
        .findFirst()
        .orElseThrow(() -> wrong("'%s' is too much%s".formatted(piece, form(declaration))));
  }

  private Parameter named(Declaration declaration, String name) {
    for (Parameter parameter : declaration.parameters()) {
      if (parameter.name().equals(name)) {
        return parameter;
      }
    }
    List<String> names = declaration.parameters().stream().map(Parameter::name).toList();
    throw wrong(
        "it has no option '%s'%s%s".formatted(name, Nearest.hint(name, names), form(declaration)));
  }

  private Object value(Declaration declaration, Parameter parameter, String written) {
    return parameter
        .parse(written)
        .orElseThrow(
            () ->
                wrong(
                    "%s must be %s, not '%s'%s"
                        .formatted(
                            parameter.name(), parameter.range(), written, form(declaration))));
  }

  private static String form(Declaration declaration) {
    return "; it is written " + declaration.form();
  }

  private UserException wrong(String problem) {
    return new UserException("method '%s': %s".formatted(text, problem));
  }
}
