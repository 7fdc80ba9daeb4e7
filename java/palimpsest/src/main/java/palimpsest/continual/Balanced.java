package palimpsest.continual;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import palimpsest.base.CountedRandom;

/**
 * Replay from a buffer of fixed capacity c that every task has the same share of: after t tasks c /
 * t places each, the first ones one more where that leaves a rest. Old tasks give places up at
 * random. {@code balanced:0} is {@code seq}.
 */
final class Balanced implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "balanced",
              List.of(new Parameter.Count("capacity", "c", null), Mix.PARAMETER),
              "Keeps c questions, as many of each task as of another, and fills a share m of each"
                  + " batch with them.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          return Mix.misfit(values.share("mix"), setting);
        }

        @Override
        public List<String> examples() {
          return List.of("balanced:61", "balanced:1000:mix=0.2");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("balanced:0");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.STORED;
        }

        @Override
        public Strategy begin(Values values) {
          return new Balanced(values.count("capacity"), values.share("mix"));
        }
      };

  private final int capacity;
  private final double mix;
  private final Memory memory;
  private CountedRandom draws;

  private Balanced(int capacity, double mix) {
    this.capacity = capacity;
    this.mix = mix;
    this.memory = new Memory(capacity);
  }

  @Override
  public void beforeTask(TaskContext task) {
    draws = task.random("balanced", "draw");
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    return memory.draw(Mix.rows(mix, rows), draws);
  }

  @Override
  public void afterTask(TaskContext task) {
    RandomGenerator random = task.random("balanced", "store");
    List<Row> kept = memory.rows();
    memory.clear();
    for (int number = 0; number <= task.task(); number++) {
      int old = number;
      List<Row> candidates =
          number == task.task()
              ? task.training().stream().map(question -> new Row(question, old)).toList()
              : kept.stream().filter(row -> row.task() == old).toList();
      chosen(candidates, places(number, task.task() + 1), random).forEach(memory::add);
    }
  }

  /** Of a task, once there are so many. */
  private int places(int number, int tasks) {
    return capacity / tasks + (number < capacity % tasks ? 1 : 0);
  }

  private static List<Row> chosen(List<Row> rows, int count, RandomGenerator random) {
    var chosen = new ArrayList<Row>();
    for (int index : Memory.choice(Math.min(count, rows.size()), rows.size(), random)) {
      chosen.add(rows.get(index));
    }
    return chosen;
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
    return new StrategyState().put("drawn", (double) draws.drawn());
  }

  @Override
  public void goOn(StrategyState midway) {
    draws.goTo((long) midway.number("drawn"));
  }

  @Override
  public long extraBytes() {
    return memory.bytes();
  }
}
