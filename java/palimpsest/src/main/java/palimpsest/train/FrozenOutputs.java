package palimpsest.train;

import java.util.Optional;
import palimpsest.model.FreezePlan;
import palimpsest.model.Parameters;
import palimpsest.model.PrefixCache;
import palimpsest.ops.Device;

/** The {@link PrefixCache} of a phase: a new one whenever the frozen weights are others. */
final class FrozenOutputs implements AutoCloseable {
  private final Device device;
  private final Parameters parameters;
  private final PrefixCache.Budget budget;
  private boolean wanted;
  private PrefixCache cache;

  /** Of the weights that the cache was made for. */
  private long version;

  FrozenOutputs(Device device, Parameters parameters, PrefixCache.Budget budget) {
    this.device = device;
    this.parameters = parameters;
    this.budget = budget;
  }

  /** A phase begins in which so much is frozen. */
  void begin(FreezePlan freeze) {
    close();
    wanted = budget.isOpen() && freeze.lowestTrainable(parameters.layout()) > 1;
  }

  /** For the weights as they are now; null where no layer is frozen or nothing is to be kept. */
  PrefixCache current() {
    if (!wanted) {
      return null;
    }
    if (cache == null || version != parameters.version()) {
      close();
      cache = new PrefixCache(device, parameters.config(), budget);
      version = parameters.version();
    }
    return cache;
  }

  /** How much was found since the frozen weights changed last, in words; empty without a cache. */
  Optional<String> text() {
    return Optional.ofNullable(cache)
        .map(
            kept ->
                "outputs of frozen layers: %,d sequences kept, %.0f %% of those looked for found"
                    .formatted(kept.size(), 100 * kept.hitRate()));
  }

  @Override
  public void close() {
    if (cache != null) {
      cache.close();
      cache = null;
    }
  }
}
