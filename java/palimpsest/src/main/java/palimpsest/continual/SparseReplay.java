package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.base.CountedRandom;

/**
 * Sparse replay (Tao et al. 2023): a share of each task's training questions is stored, and each
 * time {@code every} new questions were learned, {@code rate · every} stored ones are, in the next
 * batches: one in a hundred of both by default. {@code rate=0} replays nothing: it is {@code seq}.
 */
final class SparseReplay implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "sparse",
              List.of(
                  new Parameter.Share("store", "s", 0.01, false, true),
                  new Parameter.Share("rate", "r", 0.01, true, true),
                  new Parameter.Count("every", "n", 1000)),
              "Stores a share s of the old training questions, and after every n new ones learns"
                  + " r n stored ones.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          int every = values.count("every");
          if (every == 0) {
            return Optional.of("every must be 1 or more");
          }
          double rate = values.share("rate");
          return rate > 0 && replayed(rate, every) == 0
              ? Optional.of("rate=%s of every %d is less than one question".formatted(rate, every))
              : Optional.empty();
        }

        @Override
        public List<String> examples() {
          return List.of("sparse", "sparse:store=0.1:rate=0.2:every=60", "sparse:rate=1:every=100");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("sparse:rate=0");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.STORED;
        }

        @Override
        public Strategy begin(Values values) {
          return new SparseReplay(
              values.share("store"), values.share("rate"), values.count("every"));
        }
      };

  private final double store;
  private final double rate;
  private final int every;
  private final Memory memory = new Memory(0);
  private CountedRandom draws;
  private int learned;
  private int due;

  private SparseReplay(double store, double rate, int every) {
    this.store = store;
    this.rate = rate;
    this.every = every;
  }

  @Override
  public void beforeTask(TaskContext task) {
    draws = task.random("sparse", "draw");
    learned = 0;
    due = 0;
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    List<Row> replayed = memory.draw(Math.min(due, rows - 1), draws);
    due -= replayed.size();
    learned += rows - replayed.size();
    due += replayed(rate, every) * (learned / every);
    learned %= every;
    return replayed;
  }

  private static int replayed(double rate, int every) {
    return (int) Math.round(rate * every);
  }

  @Override
  public void afterTask(TaskContext task) {
    int available = task.training().size();
    int capacity = (int) Math.max(1, Math.round(store * available));
    memory.grow(capacity);
    for (int index : Memory.choice(capacity, available, task.random("sparse", "store"))) {
      memory.add(new Row(task.training().get(index), task.task()));
    }
  }

  @Override
  public Occupancy occupancy() {
    return memory.occupancy();
  }

  @Override
  public StrategyState state() {
    return memory.state();
  }

  @Override
  public void load(StrategyState state) {
    memory.load(state);
  }

  @Override
  public StrategyState midway() {
    return new StrategyState().put("drawn", draws).put("learned", learned).put("due", due);
  }

  @Override
  public void goOn(StrategyState midway) {
    midway.goOn("drawn", draws);
    learned = (int) midway.number("learned");
    due = (int) midway.number("due");
  }

  @Override
  public long extraBytes() {
    return memory.bytes();
  }
}
