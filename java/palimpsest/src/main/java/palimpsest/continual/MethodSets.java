package palimpsest.continual;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words that stand for several methods: {@code --methods core}, {@code --methods all}. */
public final class MethodSets {
  private static final List<String> CORE =
      List.of(
          "seq",
          "joint",
          "freeze:2",
          "replay:0.2",
          "ewc",
          "lwf",
          "lamol",
          "projection",
          "task-vector",
          "lora:8");

  /**
   * What {@code all} has beside them; of a method with forms, those that are methods of their own.
   */
  private static final List<String> REST =
      List.of(
          "seq:as-released",
          "joint+bio",
          "single",
          "freeze:2:from-first",
          "freeze:embed",
          "freeze:top:2",
          "freeze:random:2",
          "replay:1:mix=0.2",
          "replay:0.2:concat",
          "reservoir:300",
          "balanced:300",
          "sparse",
          "mas",
          "l2",
          "der++",
          "self-distill",
          "agem",
          "ogd",
          "olora:8",
          "adapter:16",
          "prompt:8",
          "isolation:8");

  private static final Map<String, List<String>> SETS = sets();

  private MethodSets() {}

  /** The words there are. */
  public static Set<String> names() {
    return SETS.keySet();
  }

  /**
   * Methods with each word replaced by those that it stands for, as far as there are such methods;
   * those that are written out, or stand in an earlier word, are not added once more.
   */
  public static List<String> expand(List<String> written) {
    if (written.stream().noneMatch(SETS::containsKey)) {
      return written;
    }
    var expanded = new ArrayList<String>();
    var known = new LinkedHashSet<>(written);
    for (String item : written) {
      if (!SETS.containsKey(item)) {
        expanded.add(item);
        continue;
      }
      SETS.get(item).stream()
          .filter(StrategyRegistry::isKnown)
          .filter(known::add)
          .forEach(expanded::add);
    }
    return expanded;
  }

  private static Map<String, List<String>> sets() {
    var all = new ArrayList<>(CORE);
    all.addAll(REST);
    var sets = new LinkedHashMap<String, List<String>>();
    sets.put("core", CORE);
    sets.put("all", List.copyOf(all));
    return sets;
  }
}
