package palimpsest.model;

import java.util.Set;

/**
 * Which components stay as they are. A component is named exactly: {@code embed}, {@code layers.3},
 * {@code layers.3.attention}, {@code layers.3.mlp}, {@code norm} (the last layer norm), {@code head}.
 */
public record FreezePlan(Set<String> frozen) {
  public static final FreezePlan NONE = new FreezePlan(Set.of());
}
