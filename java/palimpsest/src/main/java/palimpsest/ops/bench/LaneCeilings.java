package palimpsest.ops.bench;

import java.util.function.Consumer;
import palimpsest.base.RandomStream;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;
import palimpsest.ops.work.Ceilings;

/**
 * What a lane does at most while all lanes work: they share the memory, and a training step uses
 * them all.
 */
public final class LaneCeilings {
  private static final long SEED = 1;
  private static final double LONGEST_WARM_UP = 3;
  private static final Effort EFFORT = new Effort(1, 0.2, 0);

  private LaneCeilings() {}

  /** The mean lane's: takes a few seconds. */
  public static Ceilings measure(Device device) {
    CeilingCases cases = CeilingCases.of(device);
    Figure[] copies = on(device, cases.copy());
    Figure[] products = on(device, cases.product());
    Figure[] exponentials = cases.hasExponentials() ? on(device, cases.exponential()) : null;
    double bytes = 0;
    double flops = 0;
    double exponential = 0;
    for (int lane = 0; lane < copies.length; lane++) {
      Ceilings its =
          cases.from(
              copies[lane], products[lane], exponentials == null ? null : exponentials[lane]);
      bytes += its.bytesPerSecond() / copies.length;
      flops += its.flopsPerSecond() / copies.length;
      exponential += its.exponentialsPerSecond() / copies.length;
    }
    return new Ceilings(
        "measured, %s"
            .formatted(copies.length == 1 ? "one lane" : copies.length + " lanes at once"),
        bytes,
        flops,
        exponential);
  }

  /** A figure for each lane, all of them measured side by side. */
  private static Figure[] on(Device device, BenchCase which) {
    Figure[] figures = new Figure[device.lanes()];
    Layout layout = Layout.warm(which, device);
    withSlabs(
        device,
        layout.total(),
        slabs ->
            device.onEachLane(
                (lane, ops) ->
                    figures[lane] = figure(device, which, slabs[lane], layout, lane, ops)));
    return figures;
  }

  private static Figure figure(
      Device device, BenchCase which, Slab slab, Layout layout, int lane, Ops ops) {
    int most = device.kind().equals("sim") ? 1 << 12 : 1 << 20;
    try (Fillings fillings =
            new Fillings(
                device, ops, RandomStream.of(SEED, "ceilings", Integer.toString(lane)), most);
        Stand stand =
            Stand.of(which, device, ops, slab.of(layout.total()), fillings, layout, EFFORT)) {
      stand.warmUp(LONGEST_WARM_UP);
      Series series = new Series();
      stand.round(CacheState.WARM, series);
      Figure.Builder figure = new Figure.Builder();
      figure.add(series, false);
      return figure.build();
    }
  }

  private static void withSlabs(Device device, long bytes, Consumer<Slab[]> use) {
    Slab[] slabs = new Slab[device.lanes()];
    for (int lane = 0; lane < slabs.length; lane++) {
      slabs[lane] = new Slab(device);
      slabs[lane].of(bytes);
    }
    try {
      use.accept(slabs);
    } finally {
      for (Slab slab : slabs) {
        slab.close();
      }
    }
  }
}
