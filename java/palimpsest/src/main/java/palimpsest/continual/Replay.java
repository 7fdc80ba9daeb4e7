package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import palimpsest.base.CountedRandom;

/**
 * Experience replay. After each task a share r of its training questions is stored; in every batch
 * of a later task a share m of the rows are stored questions, drawn uniformly and with replacement.
 * So r says how varied the old questions are and m how much they weigh.
 *
 * <p>Stored questions are drawn without replacement: r = 0.2 of 300 questions are 60 different
 * ones. {@code replacement} draws as the paper's code does, where the 60 may repeat. {@code concat}
 * mixes no shares: each epoch goes over the stored and the new questions once, shuffled together.
 * {@code mix=0} replays nothing: it is {@code seq}.
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
                  Mix.PARAMETER,
                  new Parameter.Flag("replacement"),
                  new Parameter.Flag("concat")),
              "Stores a share r of the old training questions, and fills a share m of each batch"
                  + " with them, or shuffles them among the new ones.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          double mix = values.share("mix");
          return values.flag("concat") && mix != Mix.USUAL
              ? Optional.of("concat says how much is mixed in; leave out mix=" + mix)
              : Mix.misfit(mix, setting);
        }

        @Override
        public List<String> examples() {
          return List.of(
              "replay:0.2", "replay:1:mix=0.2", "replay:0.5:replacement", "replay:0.5:concat");
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
          return new Replay(
              values.share("ratio"),
              values.share("mix"),
              values.flag("replacement"),
              values.flag("concat"));
        }
      };

  private final double ratio;
  private final double mix;
  private final boolean replacement;
  private final boolean concat;
  private final Memory memory = new Memory(0);
  private CountedRandom draws;
  private Epochs epochs;

  private Replay(double ratio, double mix, boolean replacement, boolean concat) {
    this.ratio = ratio;
    this.mix = mix;
    this.replacement = replacement;
    this.concat = concat;
  }

  @Override
  public void beforeTask(TaskContext task) {
    draws = task.random("replay", "draw");
    epochs = new Epochs(memory.rows(), task.training().size(), draws);
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    return concat ? epochs.next(rows) : memory.draw(Mix.rows(mix, rows), draws);
  }

  @Override
  public void afterTask(TaskContext task) {
    int available = task.training().size();
    int capacity = (int) Math.max(1, Math.round(ratio * available));
    memory.grow(capacity);
    RandomGenerator random = task.random("replay", "store");
    int[] chosen =
        replacement
            ? random.ints(capacity, 0, available).toArray()
            : Memory.choice(capacity, available, random);
    for (int index : chosen) {
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
    return epochs.midway().put("drawn", draws);
  }

  @Override
  public void goOn(StrategyState midway) {
    epochs.goOn(midway);
    midway.goOn("drawn", draws);
  }

  @Override
  public long extraBytes() {
    return memory.bytes();
  }
}
