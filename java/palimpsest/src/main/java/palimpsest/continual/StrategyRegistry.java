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
          References.JOINT,
          References.SINGLE,
          Biographies.KIND,
          Freeze.KIND,
          FreezeControl.TOP,
          FreezeControl.RANDOM,
          Replay.KIND,
          BufferReplay.RESERVOIR,
          BufferReplay.BALANCED,
          SparseReplay.KIND,
          Ewc.KIND,
          Mas.KIND,
          L2.KIND,
          Lwf.KIND,
          DerPlusPlus.KIND,
          SelfDistillation.KIND,
          Lamol.KIND,
          AGem.KIND,
          Ogd.KIND,
          Projection.KIND,
          TaskVector.KIND,
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

  /** Whether every part of a method is of a kind that there is, whatever its values. */
  static boolean isKnown(String text) {
    return MethodParser.parts(text).stream()
        .allMatch(
            part ->
                KINDS.stream()
                    .map(kind -> kind.declaration().name())
                    .anyMatch(name -> (part + ":").startsWith(name + ":")));
  }

  /** The method that a text means; refuses what means none. */
  public static Method parse(String text) {
    return new MethodParser(KINDS, text.strip()).parse();
  }
}
