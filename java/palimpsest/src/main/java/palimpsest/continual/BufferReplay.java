package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import palimpsest.base.CountedRandom;

/**
 * Replay from a buffer of fixed capacity c: a share of each batch is drawn from it. In a {@code
 * reservoir} every question that was ever learned is as likely to be as any other, and large tasks
 * have more places; in a {@code balanced} buffer every task has as many. With c = 0 each is {@code
 * seq}.
 */
final class BufferReplay implements Strategy {
  static final StrategyKind RESERVOIR =
      new Kind("reservoir", "each learned one as likely as another", 60, QuestionReservoir::new);
  static final StrategyKind BALANCED =
      new Kind("balanced", "as many of each task as of another", 61, BalancedBuffer::new);

  /**
   * @param rule what is kept
   * @param example a capacity
   */
  private record Kind(String name, String rule, int example, IntFunction<QuestionBuffer> buffer)
      implements StrategyKind {
    @Override
    public Declaration declaration() {
      return new Declaration(
          name,
          List.of(new Parameter.Count("capacity", "c", null), Mix.PARAMETER),
          "Keeps c questions, %s, and fills a share m of each batch with them.".formatted(rule));
    }

    @Override
    public Optional<String> misfit(Values values, Setting setting) {
      return Mix.misfit(values.share("mix"), setting);
    }

    @Override
    public List<String> examples() {
      return List.of("%s:%d".formatted(name, example), "%s:1000:mix=0.2".formatted(name));
    }

    @Override
    public Neutral neutral() {
      return new Neutral.Form(name + ":0");
    }

    @Override
    public OldData oldData(Values values) {
      return OldData.STORED;
    }

    @Override
    public Strategy begin(Values values) {
      return new BufferReplay(name, buffer.apply(values.count("capacity")), values.share("mix"));
    }
  }

  private final String method;
  private final QuestionBuffer buffer;
  private final double mix;
  private CountedRandom draws;

  /**
   * @param method the name its random streams go by
   * @param mix the share, see {@link Mix}
   */
  private BufferReplay(String method, QuestionBuffer buffer, double mix) {
    this.method = method;
    this.buffer = buffer;
    this.mix = mix;
  }

  @Override
  public void beforeTask(TaskContext task) {
    draws = task.random(method, "draw");
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    return buffer.draw(Mix.rows(mix, rows), draws);
  }

  @Override
  public void afterTask(TaskContext task) {
    buffer.learned(task.training(), task.task(), task.random(method, "store"));
  }

  @Override
  public Occupancy occupancy() {
    return buffer.occupancy();
  }

  @Override
  public StrategyState state() {
    return buffer.state();
  }

  @Override
  public void load(StrategyState state) {
    buffer.load(state);
  }

  @Override
  public StrategyState midway() {
    return new StrategyState().put("drawn", draws);
  }

  @Override
  public void goOn(StrategyState midway) {
    midway.goOn("drawn", draws);
  }

  @Override
  public long extraBytes() {
    return buffer.bytes();
  }
}
