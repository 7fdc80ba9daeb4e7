package palimpsest.ops.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;

/** What can be checked, by the names of the kernel files. */
final class Families {
  private static final Map<String, Supplier<List<Check>>> ALL = new LinkedHashMap<>();

  static {
    ALL.put(AttentionChecks.FAMILY, AttentionChecks::all);
    ALL.put(LayerNormChecks.FAMILY, LayerNormChecks::all);
    ALL.put(AdamWChecks.FAMILY, AdamWChecks::all);
    ALL.put(GeluChecks.FAMILY, GeluChecks::all);
    ALL.put(ResidualChecks.FAMILY, ResidualChecks::all);
    ALL.put(EmbeddingChecks.FAMILY, EmbeddingChecks::all);
    ALL.put(CrossEntropyChecks.FAMILY, CrossEntropyChecks::all);
    ALL.put(ImitationChecks.FAMILY, ImitationChecks::all);
    ALL.put(MatmulChecks.FAMILY, MatmulChecks::all);
    ALL.put(RangesChecks.FAMILY, RangesChecks::all);
    ALL.put(PrimitiveChecks.FAMILY, PrimitiveChecks::all);
  }

  private Families() {}

  /**
   * The families of these names, each once; without any, all families of operations.
   *
   * @throws UserException if there is none of a name
   */
  static List<String> select(List<String> names) {
    if (names.isEmpty()) {
      return ALL.keySet().stream().filter(name -> !name.equals(PrimitiveChecks.FAMILY)).toList();
    }
    names.stream().filter(name -> !ALL.containsKey(name)).findFirst().ifPresent(Families::refuse);
    return names.stream().distinct().toList();
  }

  private static void refuse(String name) {
    Optional<String> near = Nearest.to(name, ALL.keySet());
    throw new UserException(
        "no kernel family is called '%s'; %s"
            .formatted(
                name,
                near.map("did you mean '%s'?"::formatted)
                    .orElseGet(() -> "there are " + String.join(", ", ALL.keySet()))));
  }

  static List<Check> checks(String family) {
    return ALL.get(family).get();
  }
}
