package palimpsest.lab;

import java.util.List;
import palimpsest.continual.StrategyState;
import palimpsest.continual.StrategySteps;
import palimpsest.data.Batch;
import palimpsest.data.BatchSource;
import palimpsest.data.Place;
import palimpsest.train.StepReport;
import palimpsest.train.Term;

/** The steps of one training: what each is taken on, and where it stands between two. */
interface Steps {
  /** The next one. */
  StepReport take(TrainableModel model);

  /** What the last one was taken on; its arrays hold until the next. */
  List<Batch> last();

  /** What {@link #goTo} needs: places in the data and in random streams, a method's memory. */
  StrategyState place();

  /** Goes on from a {@link #place}, before any step was taken here. */
  void goTo(StrategyState place);

  /** One batch after another. */
  static Steps on(BatchSource batches) {
    return new Steps() {
      private Batch last;

      @Override
      public StepReport take(TrainableModel model) {
        last = batches.next();
        return model.step(last);
      }

      @Override
      public List<Batch> last() {
        return List.of(last);
      }

      @Override
      public StrategyState place() {
        return written(batches.place());
      }

      @Override
      public void goTo(StrategyState place) {
        batches.goTo(read(place));
      }
    };
  }

  /**
   * Steps as a strategy wants them; whoever resumes them loads its state before the task begins.
   */
  static Steps by(StrategySteps steps) {
    return new Steps() {
      private List<Term> last = List.of();

      @Override
      public StepReport take(TrainableModel model) {
        last = steps.next();
        StepReport report = model.step(last, steps.hook());
        steps.taken();
        return report;
      }

      @Override
      public List<Batch> last() {
        return last.stream().map(Term::batch).toList();
      }

      @Override
      public StrategyState place() {
        return written(steps.place()).put(STATE, steps.state()).put(MIDWAY, steps.midway());
      }

      @Override
      public void goTo(StrategyState place) {
        steps.goOn(read(place), place.within(MIDWAY));
      }
    };
  }

  /** Under which {@link #place} has the state with which a strategy began the task. */
  String STATE = "state";

  /** Under which it has what the strategy has come to in the task. */
  String MIDWAY = "midway";

  private static StrategyState written(Place place) {
    return new StrategyState().put("epoch", place.epoch()).put("taken", place.taken());
  }

  private static Place read(StrategyState place) {
    return new Place((int) place.number("epoch"), (int) place.number("taken"));
  }
}
