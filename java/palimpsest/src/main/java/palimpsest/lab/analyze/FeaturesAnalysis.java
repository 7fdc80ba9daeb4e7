package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import palimpsest.analysis.Findings;
import palimpsest.analysis.features.FeatureFindings;
import palimpsest.analysis.features.ShiftPair;
import palimpsest.analysis.weights.Stage;
import palimpsest.data.Question;
import palimpsest.lab.Checkpoint;
import palimpsest.lab.Task;
import palimpsest.train.HiddenStates;

/** How hidden states at the last prompt token move. */
final class FeaturesAnalysis implements Analysis {
  /** So many people of each task are asked about, at most. */
  private static final int PEOPLE = 500;

  /** So many of them are shown in the scatter plots. */
  private static final int SHOWN = 10;

  /** The share of the work that running the models takes, about. */
  private static final double RUNNING = 0.5;

  @Override
  public String name() {
    return "features";
  }

  @Override
  public String about() {
    return "how hidden states at the last prompt token move, layer by layer";
  }

  @Override
  public List<Checkpoint> needs(AnalysisContext context) {
    return stages(0).stream().map(stage -> Stages.checkpoint(stage, context)).toList();
  }

  @Override
  public Findings run(AnalysisContext context) {
    List<List<Question>> questions = new ArrayList<>();
    List<Map<Stage, double[][][]>> states = new ArrayList<>();
    for (int task = 0; task < 2; task++) {
      questions.add(context.stream().tasks().get(task).firstSubjects(Task.TRAIN, PEOPLE));
      states.add(new EnumMap<>(Stage.class));
    }
    double done = 0;
    for (Stage stage : stages(0)) {
      context.set(Stages.checkpoint(stage, context));
      for (int task = 0; task < 2; task++) {
        if (stages(task).contains(stage)) {
          states.get(task).put(stage, states(context, questions.get(task)));
        }
      }
      done += RUNNING / stages(0).size();
      context.advanced(done);
    }
    FeatureFindings findings = FeatureFindings.of(states, questions, SHOWN);
    context.advanced(1);
    return findings;
  }

  private static double[][][] states(AnalysisContext context, List<Question> questions) {
    return HiddenStates.atPromptEnds(context.device(), context.model(), questions);
  }

  /** The stages at which a task's questions are asked; every one asks those of task 0. */
  private static Set<Stage> stages(int task) {
    Set<Stage> stages = EnumSet.noneOf(Stage.class);
    for (ShiftPair pair : ShiftPair.values()) {
      if (pair.task() == task) {
        stages.add(pair.before());
        stages.add(pair.after());
      }
    }
    return stages;
  }
}
