package palimpsest.continual;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/**
 * Experience replay. After each task a share r of its training questions is stored; in every batch
 * of a later task a share m of the rows are stored questions, drawn uniformly and with replacement.
 * So r says how varied the old questions are and m how much they weigh.
 *
 * <p>Stored questions are drawn without replacement: r = 0.2 of 300 questions are 60 different
 * ones. {@code replacement=true} draws as the paper's code does, where the 60 may repeat. {@code
 * mix=0} replays nothing: it is {@code seq}.
 */
final class Replay implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "replay",
              List.of(
                  new Parameter.Share("ratio", "r", null, false, true),
                  new Parameter.Share("mix", "m", 0.5, true, false),
                  new Parameter.Flag("replacement", "b", false)),
              "Stores a share r of the old training questions, and fills a share m of each batch"
                  + " with them.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          double mix = values.share("mix");
          int old = oldRows(mix, setting.rows());
          if (old == setting.rows()) {
            return Optional.of(
                "mix=%s leaves no row of a batch of %d to the new task"
                    .formatted(mix, setting.rows()));
          }
          return mix > 0 && old == 0
              ? Optional.of("mix=%s is less than one row of %d".formatted(mix, setting.rows()))
              : Optional.empty();
        }

        @Override
        public List<String> examples() {
          return List.of("replay:0.2", "replay:1:mix=0.2", "replay:0.5:replacement=true");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("replay:0.2:mix=0");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.STORED;
        }

        @Override
        public Strategy begin(Values values) {
          return new Replay(values.share("ratio"), values.share("mix"), values.flag("replacement"));
        }
      };

  private final double ratio;
  private final double mix;
  private final boolean replacement;
  private final Memory memory = new Memory(0);
  private RandomGenerator draws;

  private Replay(double ratio, double mix, boolean replacement) {
    this.ratio = ratio;
    this.mix = mix;
    this.replacement = replacement;
  }

  @Override
  public void beforeTask(TaskContext task) {
    draws = task.random("replay", "draw");
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    return memory.draw(oldRows(mix, rows), draws);
  }

  @Override
  public void afterTask(TaskContext task) {
    int available = task.training().size();
    int capacity = (int) Math.max(1, Math.round(ratio * available));
    memory.grow(capacity);
    RandomGenerator random = task.random("replay", "store");
    for (int index :
        replacement ? drawn(capacity, available, random) : chosen(capacity, available, random)) {
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
  public long extraBytes() {
    return memory.bytes();
  }

  private static int oldRows(double mix, int rows) {
    return (int) Math.round(mix * rows);
  }

  private static int[] drawn(int count, int available, RandomGenerator random) {
    return random.ints(count, 0, available).toArray();
  }

  private static int[] chosen(int count, int available, RandomGenerator random) {
    int[] all = new int[available];
    for (int i = 0; i < available; i++) {
      all[i] = i;
    }
    RandomStream.shuffle(all, random);
    return Arrays.copyOf(all, count);
  }
}
