package palimpsest.lab;

import java.util.List;
import java.util.Map;
import palimpsest.report.Results;

/** What a phase found out, kept beside the weights it left: enough to write the results from. */
sealed interface Outcome {
  /** In a few words, for whoever watches. */
  String summary();

  /**
   * @param baseline scores of the model that knows no task yet, on each task's reported questions
   */
  record Pretrained(Results.Pretrain pretrain, List<Results.DetailedScore> baseline)
      implements Outcome {
    @Override
    public String summary() {
      return "bio recall %.3f".formatted(pretrain.bioRecall().exactMatch());
    }
  }

  /**
   * @param scores on every task and split there is, after the first task
   */
  record Aligned(List<Results.DetailedScore> scores) implements Outcome {
    @Override
    public String summary() {
      return scores.stream()
          .filter(score -> score.task() == 0 && score.split().equals("test"))
          .map(score -> "task 0 %.3f".formatted(score.exactMatch()))
          .findFirst()
          .orElse("done");
    }
  }

  /**
   * The later tasks, learned by one method.
   *
   * @param rows for each later task, exact match on every task's reported questions after it
   * @param steps of each later task
   * @param tradeOff empty where the method merges nothing
   */
  record Continued(
      List<Results.CurvePoint> curve,
      Map<String, Results.Matched> matched,
      List<Results.DetailedScore> finalScores,
      List<List<Double>> rows,
      List<Integer> steps,
      String stopped,
      Results.Cost cost,
      Map<String, Double> notes,
      List<Results.TradeOff> tradeOff)
      implements Outcome {
    /** The new task was learned to the target. */
    static final String TARGET = "target";

    /** Out of steps. */
    static final String LIMIT = "limit";

    @Override
    public String summary() {
      return "%s after %d steps; task 0 %.3f"
          .formatted(
              stopped.equals(TARGET) ? "learned" : "out of steps",
              cost.steps(),
              rows.getLast().getFirst());
    }
  }

  record Recovered(List<Results.RecoveryPoint> curve) implements Outcome {
    @Override
    public String summary() {
      return "task 0 back at %.3f".formatted(curve.getLast().exactMatch());
    }
  }
}
