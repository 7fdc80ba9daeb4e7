package palimpsest.analysis.theory;

import static palimpsest.analysis.DataTable.row;

import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Findings;
import palimpsest.train.Scored;

/**
 * How the theory fares.
 *
 * @param layers L
 * @param width C
 * @param chance {@code 1/√C}: the overlap of an update in random directions
 * @param assumptions of every weight matrix for every update
 * @param growth of the shift with depth, for every update
 * @param bound of the first update from the end of task 0
 * @param swaps models put together from two
 * @param toy linear layers that keep every assumption
 */
public record TheoryFindings(
    int layers,
    int width,
    double chance,
    List<Assumption> assumptions,
    List<Growth> growth,
    Bound bound,
    List<Swap> swaps,
    Toy toy)
    implements Findings {

  /**
   * Steps of task 1 that an update leads from and to.
   *
   * @param from 0 is the end of task 0
   */
  public record Update(int from, int to) {
    /** {@code 0 → 80}. */
    public String text() {
      return from + " → " + to;
    }
  }

  /**
   * One weight matrix and one update of it.
   *
   * @param matrix such as {@code layers.0.attention.query}
   * @param kind what it is in every layer
   * @param layer −1 for the embeddings
   */
  public record Assumption(Update update, String matrix, String kind, int layer, Overlap overlap) {}

  /** How one update moved the hidden states. */
  public record Growth(Update update, DepthShift shift) {}

  /**
   * The bound on the shift of the residual stream, as multiples of {@code ‖X⁰‖_F}.
   *
   * @param own for ℓ = 1 … L − 1, each layer with its own δ and ε
   * @param uniform with the largest of them for all layers
   * @param delta the largest δ
   * @param epsilon the largest ε
   */
  public record Bound(
      Update update,
      LayerConstants constants,
      List<Double> own,
      List<Double> uniform,
      double delta,
      double epsilon) {
    /** With what follows from the constants. */
    public static Bound of(Update update, LayerConstants constants) {
      List<Double> own = new ArrayList<>();
      List<Double> uniform = new ArrayList<>();
      for (int layers = 1; layers <= constants.measured().size(); layers++) {
        own.add(constants.bound(layers));
        uniform.add(constants.uniformBound(layers));
      }
      return new Bound(update, constants, own, uniform, constants.delta(), constants.epsilon());
    }
  }

  /**
   * A model of two.
   *
   * @param update whose two ends it was put together from
   * @param cut {@link LayerSwap#hybrid}
   * @param below what comes from the one, in words
   * @param kept whether that is from before the update and the rest from after it; else the reverse
   * @param task0 how it answers held-out questions of task 0
   * @param task1 how it answers questions of task 1
   * @param shift of its last hidden state from that before the update, {@code ‖·‖_F} relative
   */
  public record Swap(
      Update update, int cut, String below, boolean kept, Score task0, Score task1, double shift) {}

  /**
   * How questions were answered.
   *
   * @param exactMatch share answered right
   * @param firstToken share with the right first token
   * @param loss mean over questions, in nats a token
   */
  public record Score(double exactMatch, double firstToken, double loss) {
    /** Of questions that were asked. */
    public static Score of(List<Scored> scored) {
      double exact = 0;
      double first = 0;
      double loss = 0;
      for (Scored one : scored) {
        exact += one.exactMatch() ? 1 : 0;
        first += one.firstToken() ? 1 : 0;
        loss += one.loss();
      }
      int n = scored.size();
      return new Score(exact / n, first / n, loss / n);
    }
  }

  /**
   * The linear toy.
   *
   * @param spec its sizes
   * @param draws behind each mean
   * @param independent over depths, updates of their own directions
   * @param coherent over depths, updates of one direction
   * @param freezing twelve independent layers, more and more of them frozen
   * @param independentSlope of shift against depth, spectral norms
   * @param independentSizeSlope likewise, Frobenius norms
   * @param coherentSlope of shift against depth, spectral norms
   */
  public record Toy(
      LinearToy spec,
      int draws,
      List<LinearToy.Depth> independent,
      List<LinearToy.Depth> coherent,
      List<LinearToy.Depth> freezing,
      double independentSlope,
      double independentSizeSlope,
      double coherentSlope) {

    private static final int[] DEPTHS = {1, 2, 4, 8, 12, 24};
    private static final int FROZEN_OF = 12;
    private static final int[] FROZEN = {0, 3, 6, 7, 9, 11, 12};

    /** Computes it; {@code advanced} is told after each depth. */
    public static Toy of(LinearToy spec, int draws, long seed, Runnable advanced) {
      List<LinearToy.Depth> independent = new ArrayList<>();
      List<LinearToy.Depth> coherent = new ArrayList<>();
      for (int layers : DEPTHS) {
        independent.add(spec.depth(LinearToy.Updates.INDEPENDENT, layers, 0, draws, seed));
        coherent.add(spec.depth(LinearToy.Updates.COHERENT, layers, 0, draws, seed));
        advanced.run();
      }
      List<LinearToy.Depth> freezing = new ArrayList<>();
      for (int frozen : FROZEN) {
        freezing.add(spec.depth(LinearToy.Updates.INDEPENDENT, FROZEN_OF, frozen, draws, seed));
        advanced.run();
      }
      double[] depths = independent.stream().mapToDouble(LinearToy.Depth::layers).toArray();
      return new Toy(
          spec,
          draws,
          independent,
          coherent,
          freezing,
          PowerLaw.exponent(
              depths, independent.stream().mapToDouble(LinearToy.Depth::shift).toArray()),
          PowerLaw.exponent(
              depths, independent.stream().mapToDouble(LinearToy.Depth::size).toArray()),
          PowerLaw.exponent(
              depths, coherent.stream().mapToDouble(LinearToy.Depth::shift).toArray()));
    }

    /** How many times {@link #of} reports. */
    public static int stages() {
      return DEPTHS.length + FROZEN.length;
    }
  }

  @Override
  public List<DataTable> tables() {
    return List.of(assumptionTable(), growthTable(), boundTable(), swapTable(), toyTable());
  }

  private DataTable assumptionTable() {
    return new DataTable(
        "assumptions",
        List.of(
            "from_step",
            "to_step",
            "matrix",
            "kind",
            "layer",
            "weight_norm",
            "update_norm",
            "overlap",
            "control",
            "control_sd",
            "chance"),
        assumptions.stream()
            .map(
                it ->
                    row(
                        it.update().from(),
                        it.update().to(),
                        it.matrix(),
                        it.kind(),
                        it.layer(),
                        it.overlap().weightNorm(),
                        it.overlap().updateNorm(),
                        it.overlap().overlap(),
                        it.overlap().control(),
                        it.overlap().controlDeviation(),
                        chance))
            .toList());
  }

  private DataTable growthTable() {
    List<List<Object>> rows = new ArrayList<>();
    for (Growth one : growth) {
      List<Double> relative = one.shift().relative();
      for (int depth = 0; depth < relative.size(); depth++) {
        rows.add(row(one.update().from(), one.update().to(), depth, relative.get(depth)));
      }
    }
    return new DataTable(
        "depth", List.of("from_step", "to_step", "hidden_state", "relative_shift"), rows);
  }

  private DataTable boundTable() {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < bound.own().size(); i++) {
      rows.add(
          row(
              i + 1,
              bound.constants().deltas().get(i),
              bound.constants().epsilons().get(i),
              bound.constants().measured().get(i),
              bound.own().get(i),
              bound.uniform().get(i)));
    }
    return new DataTable(
        "bound",
        List.of("hidden_state", "delta", "epsilon", "shift", "own_bound", "uniform_bound"),
        rows);
  }

  private DataTable swapTable() {
    return new DataTable(
        "swap",
        List.of(
            "from_step",
            "to_step",
            "cut",
            "below",
            "below_is_from",
            "task0_exact_match",
            "task0_first_token",
            "task0_loss",
            "task1_exact_match",
            "task1_first_token",
            "task1_loss",
            "shift"),
        swaps.stream()
            .map(
                it ->
                    row(
                        it.update().from(),
                        it.update().to(),
                        it.cut(),
                        it.below(),
                        it.kept() ? "before" : "after",
                        it.task0().exactMatch(),
                        it.task0().firstToken(),
                        it.task0().loss(),
                        it.task1().exactMatch(),
                        it.task1().firstToken(),
                        it.task1().loss(),
                        it.shift()))
            .toList());
  }

  private DataTable toyTable() {
    List<List<Object>> rows = new ArrayList<>();
    toy.independent().forEach(depth -> rows.add(toyRow("independent", depth)));
    toy.coherent().forEach(depth -> rows.add(toyRow("coherent", depth)));
    toy.freezing().forEach(depth -> rows.add(toyRow("independent", depth)));
    return new DataTable(
        "toy",
        List.of("updates", "layers", "frozen", "shift", "shift_sd", "size", "bound", "cosine"),
        rows);
  }

  private static List<Object> toyRow(String updates, LinearToy.Depth depth) {
    return row(
        updates,
        depth.layers(),
        depth.frozen(),
        depth.shift(),
        depth.deviation(),
        depth.size(),
        depth.bound(),
        depth.cosine());
  }
}
