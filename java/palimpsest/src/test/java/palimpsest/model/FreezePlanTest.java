package palimpsest.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.base.UserException;

class FreezePlanTest {
  private static final int C = 18;
  private static final int V = 37;
  private static final int MLP = 40;

  /** Two norms' worth of C belong to attention and MLP each. */
  private static final long ATTENTION = 2 * C + 3 * C * C + 3 * C + C * C + C;

  private static final long FEED_FORWARD = 2 * C + 2 * C * MLP + MLP + C;
  private static final long EMBEDDING = C * V;

  private static final ModelConfig UNTIED = config(false);

  @Test
  void nothingFrozenTrainsAll() {
    ParameterLayout layout = new ParameterLayout(UNTIED);
    assertEquals(layout.size(), FreezePlan.NONE.trainable(layout));
    assertEquals(
        12 * (ATTENTION + FEED_FORWARD) + 2 * EMBEDDING + 2 * C, layout.size(), "of the formula");
    assertEquals(0, FreezePlan.NONE.lowestTrainable(layout));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "2, 3", "12, 13"})
  void theBottomLayersAndTheEmbedding(int layers, int lowest) {
    ParameterLayout layout = new ParameterLayout(UNTIED);
    FreezePlan plan = FreezePlan.bottom(layers);
    long expected = (12 - layers) * (ATTENTION + FEED_FORWARD) + EMBEDDING + 2 * C;
    assertEquals(expected, plan.trainable(layout));
    assertEquals(lowest, plan.lowestTrainable(layout));
  }

  @Test
  void namesAreExact() {
    // layers.1 is not layers.10 or layers.11.
    assertEquals(Set.of("layers.1.attention", "layers.1.mlp"), frozenBy("layers.1"));
    assertEquals(Set.of("layers.11.mlp"), frozenBy("layers.11.mlp"));
    assertEquals(
        Set.of("layers.9.attention", "layers.10.attention", "layers.11.attention"),
        frozenBy("layers.9-11.attention"));
    assertEquals(Set.of("embed", "norm", "head"), frozenBy("embed", "norm", "head"));
  }

  /** What a plan freezes of a model, by component. */
  private static Set<String> frozenBy(String... names) {
    FreezePlan plan = FreezePlan.parse(List.of(names), UNTIED);
    return new ParameterLayout(UNTIED)
        .parameters().stream()
            .filter(plan::freezes)
            .map(Parameter::component)
            .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layer.1",
        "layers",
        "layers.12",
        "layers.3-2",
        "layers.0-12",
        "layers.1.norm",
        "lm_head",
        "embed_in",
        "",
        " embed",
        "layers.99999999999"
      })
  void whatTheModelLacksIsRefused(String name) {
    UserException refused =
        assertThrows(UserException.class, () -> FreezePlan.parse(List.of(name), UNTIED));
    assertTrue(refused.getMessage().startsWith(name));
    assertEquals(1, refused.getMessage().lines().count());
  }

  @Test
  void aTiedHeadIsTheEmbedding() {
    ModelConfig tied = config(true);
    assertThrows(UserException.class, () -> FreezePlan.parse(List.of("head"), tied));
    ParameterLayout layout = new ParameterLayout(tied);
    FreezePlan plan = FreezePlan.parse(List.of("embed", "layers.0-11"), tied);
    assertEquals(2 * C, plan.trainable(layout), "the last norm alone");
  }

  @Test
  void everythingFrozenLeavesNothing() {
    ParameterLayout layout = new ParameterLayout(UNTIED);
    FreezePlan plan = FreezePlan.parse(List.of("embed", "layers.0-11", "norm", "head"), UNTIED);
    assertEquals(0, plan.trainable(layout));
    assertEquals(14, plan.lowestTrainable(layout), "above the top");
  }

  private static ModelConfig config(boolean tied) {
    return new ModelConfig(12, C, 3, MLP, V, 16, 0.5, 10000, true, tied, 1e-5);
  }
}
