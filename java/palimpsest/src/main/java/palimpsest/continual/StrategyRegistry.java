package palimpsest.continual;

import java.util.List;

/**
 * Every kind of method there is, and how a user writes one: {@code name:value:option=value},
 * several joined by {@code +}.
 */
public final class StrategyRegistry {
  private static final List<StrategyKind> KINDS =
      List.of(
          Sequential.KIND,
          Freeze.KIND,
          Replay.KIND,
          Lora.KIND,
          OrthogonalLora.KIND,
          Adapter.KIND,
          PromptTuning.KIND,
          Isolation.KIND);

  private StrategyRegistry() {}

  /** What there is, in the order to show it in. */
  public static List<Declaration> declarations() {
    return KINDS.stream().map(StrategyKind::declaration).toList();
  }

  /** Every kind there is. */
  static List<StrategyKind> kinds() {
    return KINDS;
  }

  /** The method that a text means; refuses what means none. */
  public static Method parse(String text) {
    return new MethodParser(KINDS, text.strip()).parse();
  }
}
