package palimpsest.continual;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import palimpsest.data.Place;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.train.GradientHook;
import palimpsest.train.Term;

/** The steps of one task under a strategy: the rows, the loss, and what is done to its gradient. */
public final class StrategySteps {
  private final Strategy strategy;
  private final TaskContext task;
  private final OldData allowed;
  private final QuestionBatches order;
  private final int rows;
  private final Optional<GradientHook> hook;

  /**
   * Asks the strategy for its hook: the task begins.
   *
   * @param allowed which old questions the method has declared
   * @param order of the task's own questions
   * @param rows B, of every batch
   */
  public StrategySteps(
      Strategy strategy, TaskContext task, OldData allowed, QuestionBatches order, int rows) {
    this.strategy = strategy;
    this.task = task;
    this.allowed = allowed;
    this.order = order;
    this.rows = rows;
    this.hook = strategy.gradientHook(task);
  }

  /** The terms of the next step's loss, the task's own first. */
  public List<Term> next() {
    List<Row> added = strategy.compose(rows, task);
    added.forEach(this::check);
    List<Question> own = order.take(rows - added.size());
    var questions = new ArrayList<Question>(own);
    added.forEach(row -> questions.add(row.question()));
    var step = new StepRows(QuestionBatches.of(questions), own, added);
    var terms = new ArrayList<Term>(List.of(Term.task(step.batch())));
    terms.addAll(strategy.terms(step, task));
    return terms;
  }

  /** What changes every step's gradient; {@code null} if nothing does. */
  public GradientHook hook() {
    return hook.orElse(null);
  }

  /** The weights have been updated. */
  public void taken() {
    strategy.afterStep(task);
  }

  /** Where the task's own questions stand between two steps. */
  public Place place() {
    return order.place();
  }

  /** The state with which the strategy began the task. */
  public StrategyState state() {
    return strategy.state();
  }

  /** What the strategy has come to in the task. */
  public StrategyState midway() {
    return strategy.midway();
  }

  /** Goes on between two steps in the middle of a task, before any was taken here. */
  public void goOn(Place place, StrategyState midway) {
    order.goTo(place);
    strategy.goOn(midway);
  }

  private void check(Row row) {
    if (row.task() >= task.task()) {
      throw new IllegalStateException(
          "rows of task %d are added to task %d".formatted(row.task(), task.task()));
    }
    if (!allowed.allowsRows()) {
      throw new IllegalStateException(
          "questions of task %d are used again, which was not declared".formatted(row.task()));
    }
  }
}
