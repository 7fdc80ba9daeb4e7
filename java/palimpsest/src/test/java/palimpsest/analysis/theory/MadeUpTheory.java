package palimpsest.analysis.theory;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.analysis.Planted;
import palimpsest.analysis.theory.TheoryFindings.Assumption;
import palimpsest.analysis.theory.TheoryFindings.Bound;
import palimpsest.analysis.theory.TheoryFindings.Growth;
import palimpsest.analysis.theory.TheoryFindings.Score;
import palimpsest.analysis.theory.TheoryFindings.Swap;
import palimpsest.analysis.theory.TheoryFindings.Toy;
import palimpsest.analysis.theory.TheoryFindings.Update;

/** Findings about a model whose lowest layer alone forgets, and whose embedding was frozen. */
public final class MadeUpTheory {
  private static final int WIDTH = 8;
  private static final int TEXTS = 5;
  private static final LinearToy TOY = new LinearToy(24, 8, 2, 16, 3, 0.1, 0.05, 0.01);
  private static final List<Update> UPDATES =
      List.of(new Update(0, 80), new Update(10, 80), new Update(0, 1300));

  private MadeUpTheory() {}

  public static TheoryFindings findings(int layers) {
    RandomGenerator random = Planted.random("made-up theory");
    double[][][] before = states(layers + 1, random);
    double[][][] after = states(layers + 1, random);
    after[0] = before[0];
    double[][][] alone = states(layers - 1, random);
    List<Assumption> assumptions = new ArrayList<>();
    List<Growth> growth = new ArrayList<>();
    for (Update update : UPDATES) {
      var still = new Overlap(2, 0, null, null, null);
      assumptions.add(new Assumption(update, "embed_in", "embed_in", -1, still));
      for (int layer = 0; layer < layers; layer++) {
        assumptions.add(
            new Assumption(
                update,
                "layers.%d.mlp.dense_4h_to_h".formatted(layer),
                "mlp.dense_4h_to_h",
                layer,
                new Overlap(2, 0.5, 0.4, 0.35, 0.01)));
      }
      growth.add(new Growth(update, DepthShift.between(before, after)));
    }
    Bound bound = Bound.of(UPDATES.getFirst(), LayerConstants.of(before, after, alone));
    return new TheoryFindings(
        layers,
        WIDTH,
        1 / Math.sqrt(WIDTH),
        assumptions,
        growth,
        bound,
        swaps(layers),
        Toy.of(TOY, 2, 1, () -> {}));
  }

  private static List<Swap> swaps(int layers) {
    List<Swap> swaps = new ArrayList<>();
    for (Update update : List.of(UPDATES.getFirst(), UPDATES.getLast())) {
      for (boolean kept : new boolean[] {true, false}) {
        for (int cut = 0; cut < layers + 3; cut++) {
          boolean knows = kept == cut >= 2;
          swaps.add(
              new Swap(
                  update,
                  cut,
                  LayerSwap.below(cut, layers),
                  kept,
                  knows ? new Score(0.97, 0.98, 0.1) : new Score(0.22, 0.25, 1.1),
                  new Score(0.05, 0.08, 2.5),
                  knows ? 0.1 : 0.9));
        }
      }
    }
    return swaps;
  }

  private static double[][][] states(int depths, RandomGenerator random) {
    double[][][] states = new double[depths][TEXTS][];
    for (double[][] state : states) {
      for (int i = 0; i < TEXTS; i++) {
        state[i] = Planted.gaussian(1, WIDTH, random).values();
      }
    }
    return states;
  }
}
