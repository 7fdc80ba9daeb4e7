package palimpsest.ops.bench;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;
import palimpsest.ops.work.ModelShape;

/** Every operation at the shapes that a model of some shape calls it with. */
final class Cases {
  private Cases() {}

  /**
   * The cases of some families, all of them where none is named.
   *
   * @throws UserException if no family is called so
   */
  static List<BenchCase> of(ModelShape shape, List<String> families) {
    List<BenchCase> all = all(shape);
    Set<String> known = families(all);
    for (String family : families) {
      if (!known.contains(family)) {
        refuse(family, known);
      }
    }
    return all.stream()
        .filter(each -> families.isEmpty() || families.contains(each.family()))
        .toList();
  }

  /** The names of all families. */
  static Set<String> families() {
    return families(all(ModelShape.named("micro")));
  }

  private static Set<String> families(List<BenchCase> cases) {
    Set<String> names = new LinkedHashSet<>();
    cases.forEach(each -> names.add(each.family()));
    return names;
  }

  private static List<BenchCase> all(ModelShape shape) {
    return Stream.of(new LayerCases(shape), new RowCases(shape), new WeightCases(shape))
        .flatMap(group -> group.cases().stream())
        .toList();
  }

  private static void refuse(String name, Set<String> known) {
    throw new UserException(
        "no kernel family is called '%s'%s (there are %s)"
            .formatted(name, Nearest.hint(name, known), String.join(", ", known)));
  }
}
