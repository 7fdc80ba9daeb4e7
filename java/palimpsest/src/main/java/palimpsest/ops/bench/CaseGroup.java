package palimpsest.ops.bench;

import java.util.ArrayList;
import java.util.List;
import palimpsest.ops.work.ModelShape;

/** Some operations at the shapes that a model calls them with; a subclass says which. */
abstract class CaseGroup {
  final ModelShape shape;
  final int rows;
  final int width;
  final int layers;
  private final List<BenchCase> cases = new ArrayList<>();

  CaseGroup(ModelShape shape) {
    this.shape = shape;
    rows = shape.rows();
    width = shape.width();
    layers = shape.layers();
  }

  /** Makes a call's tensors. */
  interface Maker {
    Call make(Buffers b);
  }

  /**
   * @param role which of several of the operation's calls it is; empty for the only one
   */
  final void add(String operation, String role, int callsPerStep, Maker maker) {
    cases.add(BenchCase.of(operation, role, callsPerStep, maker::make));
  }

  final List<BenchCase> cases() {
    return List.copyOf(cases);
  }
}
