package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import palimpsest.base.CountedRandom;
import palimpsest.data.Question;

/**
 * Replay from a reservoir of fixed capacity c (Vitter 1985): the i-th question of all that were
 * ever learned takes a random place with probability c / i, so that every one of them is as likely
 * to be there as any other, and large tasks have more places. {@code reservoir:0} is {@code seq}.
 */
final class Reservoir implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "reservoir",
              List.of(new Parameter.Count("capacity", "c", null), Mix.PARAMETER),
              "Keeps c questions, each learned one as likely as another, and fills a share m of"
                  + " each batch with them.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          return Mix.misfit(values.share("mix"), setting);
        }

        @Override
        public List<String> examples() {
          return List.of("reservoir:60", "reservoir:1000:mix=0.2");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("reservoir:0");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.STORED;
        }

        @Override
        public Strategy begin(Values values) {
          return new Reservoir(values.count("capacity"), values.share("mix"));
        }
      };

  private final double mix;
  private final int capacity;
  private final Memory memory;
  private int seen;
  private CountedRandom draws;

  private Reservoir(int capacity, double mix) {
    this.capacity = capacity;
    this.mix = mix;
    this.memory = new Memory(capacity);
  }

  @Override
  public void beforeTask(TaskContext task) {
    draws = task.random("reservoir", "draw");
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    return memory.draw(Mix.rows(mix, rows), draws);
  }

  @Override
  public void afterTask(TaskContext task) {
    RandomGenerator random = task.random("reservoir", "store");
    for (Question question : task.training()) {
      seen++;
      Row row = new Row(question, task.task());
      if (memory.size() < capacity) {
        memory.add(row);
      } else {
        int place = random.nextInt(seen);
        if (place < capacity) {
          memory.replace(place, row);
        }
      }
    }
  }

  @Override
  public Occupancy occupancy() {
    return memory.occupancy();
  }

  @Override
  public StrategyState state() {
    return memory.state().put("seen", seen);
  }

  @Override
  public void load(StrategyState state) {
    memory.load(state);
    seen = (int) state.number("seen");
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
