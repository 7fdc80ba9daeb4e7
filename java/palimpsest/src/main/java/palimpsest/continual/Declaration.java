package palimpsest.continual;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a kind of method is called, what can be set, and what it does: for the command line's help,
 * for checking what the user wrote, and for the report.
 *
 * @param name as written in a specification: {@code replay}, {@code freeze:top}
 * @param parameters the required ones first; these, or the first if none is required, may be
 *     written without their names
 * @param summary one sentence
 */
public record Declaration(String name, List<Parameter> parameters, String summary) {
  public Declaration {
    parameters = List.copyOf(parameters);
  }

  /** How it is written: {@code replay:r[:mix=m][:replacement]}. */
  public String form() {
    return name
        + parameters.stream()
            .map(
                parameter ->
                    parameter.required() || named(parameter)
                        ? parameter.form()
                        : "[:" + parameter.symbol() + "]")
            .collect(Collectors.joining());
  }

  /** Whether a value has to be written with the parameter's name. */
  boolean named(Parameter parameter) {
    return parameter instanceof Parameter.Flag
        || (!parameter.required() && !parameter.equals(parameters.getFirst()));
  }
}
