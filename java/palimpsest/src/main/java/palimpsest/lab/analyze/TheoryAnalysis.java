package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import palimpsest.analysis.theory.DepthShift;
import palimpsest.analysis.theory.LayerConstants;
import palimpsest.analysis.theory.LayerSwap;
import palimpsest.analysis.theory.LinearToy;
import palimpsest.analysis.theory.Overlap;
import palimpsest.analysis.theory.TheoryFindings;
import palimpsest.analysis.theory.TheoryFindings.Assumption;
import palimpsest.analysis.theory.TheoryFindings.Bound;
import palimpsest.analysis.theory.TheoryFindings.Growth;
import palimpsest.analysis.theory.TheoryFindings.Score;
import palimpsest.analysis.theory.TheoryFindings.Swap;
import palimpsest.analysis.theory.TheoryFindings.Toy;
import palimpsest.analysis.theory.TheoryFindings.Update;
import palimpsest.analysis.weights.WeightMatrix;
import palimpsest.base.Matrix;
import palimpsest.base.RandomStream;
import palimpsest.data.Question;
import palimpsest.lab.Checkpoint;
import palimpsest.lab.Task;
import palimpsest.model.ParameterLayout;
import palimpsest.train.HiddenStates;

/** The paper's propositions: what they assume, what they promise, and a test of freezing. */
final class TheoryAnalysis implements Analysis {
  /** People of task 0 who are asked; so many questions have a standard error of 0.015. */
  private static final int PEOPLE = 200;

  /** People of task 1 who are asked, and of task 0 whose hidden states are looked at. */
  private static final int FEWER_PEOPLE = 50;

  private static final int ROTATIONS = 20;
  private static final int TOY_DRAWS = 4;

  @Override
  public String name() {
    return "theory";
  }

  @Override
  public String about() {
    return "the propositions' assumptions, shift against depth, the bound, swapped layers";
  }

  @Override
  public List<Checkpoint> needs(AnalysisContext context) {
    var steps = new LinkedHashSet<Integer>();
    for (Update update : updates(context)) {
      steps.add(update.from());
      steps.add(update.to());
    }
    return steps.stream().<Checkpoint>map(Checkpoint.Task1::new).toList();
  }

  @Override
  public TheoryFindings run(AnalysisContext context) {
    return new Computation(context).findings();
  }

  /** The collapse, what led up to it included, and the whole of task 1. */
  private static List<Update> updates(AnalysisContext context) {
    int a = context.window().a();
    int b = context.window().b();
    int last = context.checkpoints().lastStep();
    var updates = new LinkedHashSet<Update>();
    updates.add(new Update(0, b));
    updates.add(new Update(a, b));
    updates.add(new Update(0, last));
    return List.copyOf(updates);
  }

  /** One run of the analysis. */
  private static final class Computation {
    private final AnalysisContext context;
    private final ParameterLayout layout;
    private final List<Update> updates;
    private final Map<Integer, float[]> weights = new LinkedHashMap<>();
    private final List<Question> task0;
    private final List<Question> task1;
    private final List<Question> looked;
    private final int stages;
    private int done;

    Computation(AnalysisContext context) {
      this.context = context;
      layout = context.layout();
      updates = updates(context);
      task0 = questions(context.stream().tasks().get(0), PEOPLE);
      task1 = questions(context.stream().tasks().get(1), FEWER_PEOPLE);
      looked = questions(context.stream().tasks().get(0), FEWER_PEOPLE);
      stages = updates.size() + 2 + 2 * 2 * LayerSwap.cuts(layout) + Toy.stages();
    }

    private static List<Question> questions(Task task, int people) {
      return task.firstSubjects(task.reportedSplit(), people);
    }

    TheoryFindings findings() {
      for (Update update : updates) {
        for (int step : List.of(update.from(), update.to())) {
          weights.computeIfAbsent(step, missing -> context.weights(new Checkpoint.Task1(missing)));
        }
      }
      int width = layout.config().width();
      return new TheoryFindings(
          layout.config().layers(),
          width,
          1 / Math.sqrt(width),
          assumptions(width),
          growth(),
          bound(updates.getFirst()),
          swaps(),
          Toy.of(LinearToy.USUAL, TOY_DRAWS, context.seed(), this::advance));
    }

    private List<Assumption> assumptions(int width) {
      List<Matrix> rotations =
          Overlap.rotations(
              width, ROTATIONS, RandomStream.of(context.seed(), "theory", "rotations"));
      List<Assumption> assumptions = new ArrayList<>();
      for (Update update : updates) {
        for (WeightMatrix matrix : WeightMatrix.of(layout)) {
          if (!matrix.ofOneHead()) {
            Matrix before = matrix.of(weights.get(update.from()));
            Matrix moved = matrix.of(weights.get(update.to())).minus(before);
            assumptions.add(
                new Assumption(
                    update,
                    matrix.name(),
                    matrix.kind(),
                    matrix.layer(),
                    Overlap.of(before, moved, rotations)));
          }
        }
        advance();
      }
      return assumptions;
    }

    private List<Growth> growth() {
      Map<Integer, double[][][]> states = new LinkedHashMap<>();
      weights.forEach((step, flat) -> states.put(step, states(flat)));
      advance();
      return updates.stream()
          .map(
              update ->
                  new Growth(
                      update,
                      DepthShift.between(states.get(update.from()), states.get(update.to()))))
          .toList();
    }

    private Bound bound(Update update) {
      float[] before = weights.get(update.from());
      float[] after = weights.get(update.to());
      double[][][] alone = new double[layout.config().layers() - 1][][];
      for (int layer = 0; layer < alone.length; layer++) {
        alone[layer] = states(LayerSwap.withLayer(layout, before, after, layer))[layer + 1];
      }
      advance();
      return Bound.of(update, LayerConstants.of(states(before), states(after), alone));
    }

    private List<Swap> swaps() {
      List<Swap> swaps = new ArrayList<>();
      for (Update update : updates) {
        if (update.from() == 0) {
          float[] before = weights.get(update.from());
          float[] after = weights.get(update.to());
          double[][] still = states(before)[layout.config().layers()];
          for (boolean kept : new boolean[] {true, false}) {
            for (int cut = 0; cut < LayerSwap.cuts(layout); cut++) {
              float[] lower = kept ? before : after;
              float[] upper = kept ? after : before;
              swaps.add(
                  swap(update, cut, kept, LayerSwap.hybrid(layout, lower, upper, cut), still));
              advance();
            }
          }
        }
      }
      return swaps;
    }

    private Swap swap(Update update, int cut, boolean kept, float[] hybrid, double[][] still) {
      int layers = layout.config().layers();
      double shift = DepthShift.relative(still, states(hybrid)[layers]);
      return new Swap(
          update,
          cut,
          LayerSwap.below(cut, layers),
          kept,
          Score.of(context.score(task0)),
          Score.of(context.score(task1)),
          shift);
    }

    /** Of a model, at the prompts' ends of task 0; the context's model then is that model. */
    private double[][][] states(float[] flat) {
      context.set(flat);
      return HiddenStates.atPromptEnds(context.device(), context.model(), looked);
    }

    private void advance() {
      context.advanced(Math.min(1, ++done / (double) stages));
    }
  }
}
