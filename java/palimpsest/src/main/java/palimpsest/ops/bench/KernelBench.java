package palimpsest.ops.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import palimpsest.base.RandomStream;
import palimpsest.base.StopRequest;
import palimpsest.base.Version;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;
import palimpsest.ops.work.Ceilings;
import palimpsest.ops.work.ModelShape;

/**
 * {@code kernels bench}: the operations of a model's shape on one lane of a device. Rounds go over
 * all operations one after the other, so that what happens to the machine meanwhile falls on all of
 * them and shows between the rounds of each.
 */
public final class KernelBench {
  /** Of what could be allocated: other programs run here, too. */
  private static final double SHARE_OF_MEMORY = 0.5;

  /** The longest warm-up before the first round, in rounds; before the others it is a short one. */
  private static final double FIRST_WARM_UP = 40;

  private static final double WARM_UP = 0.1;

  private static final long SEED = 1;

  private final ModelShape shape;
  private final List<BenchCase> cases;
  private final Effort effort;
  private final String command;
  private final StopRequest stop;

  /**
   * @param families of operations; without any, all of them
   * @param command what the user said
   * @throws palimpsest.base.UserException if there is no such family
   */
  public KernelBench(
      ModelShape shape, List<String> families, Effort effort, String command, StopRequest stop) {
    this.shape = shape;
    this.effort = effort;
    this.command = command;
    this.stop = stop;
    cases = Cases.of(shape, families);
  }

  /** Measures on a device, in its compute type. */
  public BenchReport on(Device device) {
    Surroundings machine = Surroundings.of(device);
    List<BenchReport> report = new ArrayList<>();
    try (CardWatch card = CardWatch.of(device);
        Slab slab = new Slab(device)) {
      device.onEachLane(
          (lane, ops) -> {
            if (lane == 0) {
              try (Fillings fillings = fillings(device, ops)) {
                report.add(new Measurement(device, ops, fillings, slab, card).report(machine));
              }
            }
          });
    }
    return report.getFirst();
  }

  private static Fillings fillings(Device device, Ops ops) {
    int most = device.kind().equals("sim") ? 1 << 12 : Integer.MAX_VALUE;
    return new Fillings(device, ops, RandomStream.of(SEED, "kernels bench"), most);
  }

  /** One measurement on one device. */
  private final class Measurement {
    private final Device device;
    private final Ops ops;
    private final Fillings fillings;
    private final Slab slab;
    private final CardWatch card;
    private final CeilingCases ceilings;
    private final Map<BenchCase, Map<CacheState, Figure.Builder>> figures = new LinkedHashMap<>();
    private final List<BenchReport.Skipped> skipped = new ArrayList<>();

    Measurement(Device device, Ops ops, Fillings fillings, Slab slab, CardWatch card) {
      this.device = device;
      this.ops = ops;
      this.fillings = fillings;
      this.slab = slab;
      this.card = card;
      ceilings = CeilingCases.of(device);
    }

    BenchReport report(Surroundings machine) {
      BenchCase copy = ceilings.copy();
      BenchCase product = ceilings.product();
      BenchCase exponential = ceilings.hasExponentials() ? ceilings.exponential() : null;
      plan(copy, CacheState.COLD);
      plan(product, CacheState.WARM);
      if (exponential != null) {
        plan(exponential, CacheState.WARM);
      }
      cases.forEach(each -> plan(each, CacheState.values()));
      for (int round = 0; round < effort.rounds(); round++) {
        boolean first = round == 0;
        figures.forEach((which, states) -> measure(which, states, first));
        card.look();
      }
      return report(
          machine,
          figure(copy, CacheState.COLD),
          figure(product, CacheState.WARM),
          exponential == null ? null : figure(exponential, CacheState.WARM));
    }

    private void plan(BenchCase which, CacheState... states) {
      long bytes = Layout.cold(which, device).total();
      long room = (long) (SHARE_OF_MEMORY * device.availableBytes());
      if (bytes > room) {
        skipped.add(
            new BenchReport.Skipped(
                which.name(),
                "its tensors take %s, and %s may be used here"
                    .formatted(Units.bytes((double) bytes), Units.bytes((double) room))));
        return;
      }
      Map<CacheState, Figure.Builder> builders = new EnumMap<>(CacheState.class);
      for (CacheState state : states) {
        builders.put(state, new Figure.Builder());
      }
      figures.put(which, builders);
    }

    private void measure(BenchCase which, Map<CacheState, Figure.Builder> states, boolean first) {
      Layout layout =
          states.containsKey(CacheState.COLD)
              ? Layout.cold(which, device)
              : Layout.warm(which, device);
      try (Stand stand =
          Stand.of(which, device, ops, slab.of(layout.total()), fillings, layout, effort)) {
        stand.warmUp((first ? FIRST_WARM_UP : WARM_UP) * effort.seconds());
        states.forEach(
            (state, figure) -> {
              stop.check();
              Series series = new Series();
              boolean quiet = stand.round(state, series);
              figure.add(series, quiet);
            });
      }
    }

    private Figure figure(BenchCase which, CacheState state) {
      return figures.get(which).get(state).build();
    }

    private BenchReport report(
        Surroundings machine, Figure copy, Figure product, Figure exponential) {
      Ceilings on = ceilings.from(copy, product, exponential);
      List<BenchReport.Row> rows = new ArrayList<>();
      for (BenchCase which : cases) {
        Map<CacheState, Figure.Builder> states = figures.getOrDefault(which, Map.of());
        states.forEach(
            (state, figure) ->
                rows.add(
                    BenchReport.Row.of(
                        which, state, figure.build(), which.work(device.computeType()), on)));
      }
      return new BenchReport(
          BenchReport.SCHEMA,
          Version.number(),
          Version.commit().orElse(null),
          command,
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
          machine,
          card.states(),
          card.absent(),
          shape.sizes(),
          device.computeType().name().toLowerCase(Locale.ROOT),
          new BenchReport.Limits(
              on.bytesPerSecond(),
              on.flopsPerSecond(),
              exponential == null ? null : on.exponentialsPerSecond(),
              device.cacheBytes(),
              copy,
              product,
              exponential,
              sheet()),
          List.copyOf(rows),
          List.copyOf(skipped));
    }

    private BenchReport.Card sheet() {
      return Ceilings.ofCard(device.name(), device.computeType())
          .map(
              sheet ->
                  new BenchReport.Card(
                      sheet.source(), sheet.bytesPerSecond(), sheet.flopsPerSecond()))
          .orElse(null);
    }
  }
}
