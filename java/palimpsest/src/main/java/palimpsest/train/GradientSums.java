package palimpsest.train;

import java.util.ArrayList;
import java.util.List;
import palimpsest.model.FlatBuffer;
import palimpsest.model.PrefixCache;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/** Sums over the gradients of single terms, as importances of weights are made of. */
final class GradientSums {
  private final Device device;
  private final Lane[] lanes;
  private final int passPositions;
  private final WeightSpace space;
  private final PrefixCache cache;

  /**
   * @param cache as {@link Lane#learn} takes it
   */
  GradientSums(
      Device device, Lane[] lanes, int passPositions, WeightSpace space, PrefixCache cache) {
    this.device = device;
    this.lanes = lanes;
    this.passPositions = passPositions;
    this.space = space;
    this.cache = cache;
  }

  /** What is added up of one term's gradient. */
  interface Measure {
    void add(Ops ops, Tensor sum, Tensor gradient);
  }

  /** A lane takes every so many-th term; the lanes' sums are added in the order of the lanes. */
  void add(Tensor out, List<Term> terms, Measure measure) {
    var sums = new ArrayList<FlatBuffer>();
    while (sums.size() < lanes.length - 1) {
      sums.add(space.vector());
    }
    device.onEachLane(
        (lane, ops) -> {
          Tensor sum = lane == 0 ? out : sums.get(lane - 1).all();
          Tensor gradient = lanes[lane].gradients().all();
          for (int i = lane; i < terms.size(); i += lanes.length) {
            Term term = terms.get(i);
            float scale = (float) (term.weight() / term.batch().counted());
            BatchRows rows = BatchRows.of(term.batch());
            lanes[lane].learn(ops, rows, term.objective(), scale, passPositions, cache);
            measure.add(ops, sum, gradient);
            ops.zero(gradient);
          }
        });
    for (FlatBuffer sum : sums) {
      space.axpy(out, 1, sum.all());
      sum.close();
    }
  }
}
