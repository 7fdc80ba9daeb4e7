package palimpsest.continual;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;
import palimpsest.train.GradientHook;
import palimpsest.train.Pupil;
import palimpsest.train.Scored;
import palimpsest.train.Term;

/**
 * Several strategies at once: all that any of them freezes, all rows and terms that any of them
 * adds; the gradient goes through their hooks in the order they were written in.
 */
final class Composed implements Strategy {
  private final List<Strategy> parts;

  Composed(List<Strategy> parts) {
    this.parts = List.copyOf(parts);
  }

  @Override
  public void beforeTask(TaskContext task) {
    parts.forEach(part -> part.beforeTask(task));
  }

  @Override
  public FreezePlan trainable(TaskContext task) {
    return parts.stream()
        .map(part -> part.trainable(task))
        .reduce(FreezePlan.NONE, FreezePlan::and);
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    var added = new ArrayList<Row>();
    parts.forEach(part -> added.addAll(part.compose(rows, task)));
    return added;
  }

  @Override
  public Optional<GradientHook> gradientHook(TaskContext task) {
    List<GradientHook> hooks =
        parts.stream().flatMap(part -> part.gradientHook(task).stream()).toList();
    return hooks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            (gradient, space) -> {
              double added = 0;
              for (GradientHook hook : hooks) {
                added += hook.apply(gradient, space);
              }
              return added;
            });
  }

  @Override
  public List<Term> terms(StepRows rows, TaskContext task) {
    return parts.stream().flatMap(part -> part.terms(rows, task).stream()).toList();
  }

  @Override
  public double rate() {
    return parts.stream().mapToDouble(Strategy::rate).reduce(1, (a, b) -> a * b);
  }

  @Override
  public Optional<List<Scored>> answer(List<Question> questions, OptionalInt task, Pupil pupil) {
    return parts.stream().flatMap(part -> part.answer(questions, task, pupil).stream()).findFirst();
  }

  @Override
  public long addedParameters() {
    return parts.stream().mapToLong(Strategy::addedParameters).sum();
  }

  @Override
  public Map<String, Double> notes() {
    var notes = new TreeMap<String, Double>();
    parts.forEach(part -> notes.putAll(part.notes()));
    return notes;
  }

  @Override
  public void afterStep(TaskContext task) {
    parts.forEach(part -> part.afterStep(task));
  }

  @Override
  public List<Alternative> alternatives(TaskContext task) {
    return parts.stream().flatMap(part -> part.alternatives(task).stream()).toList();
  }

  @Override
  public void afterTask(TaskContext task) {
    parts.forEach(part -> part.afterTask(task));
  }

  /** All have to be satisfied. */
  @Override
  public OptionalDouble target() {
    return parts.stream().flatMapToDouble(part -> part.target().stream()).max();
  }

  @Override
  public Occupancy occupancy() {
    List<Occupancy> all = parts.stream().map(Strategy::occupancy).toList();
    return new Occupancy(
        all.stream().mapToInt(Occupancy::stored).sum(),
        all.stream().mapToInt(Occupancy::capacity).sum());
  }

  @Override
  public StrategyState state() {
    var state = new StrategyState();
    for (int i = 0; i < parts.size(); i++) {
      state.put("part" + i, parts.get(i).state());
    }
    return state;
  }

  @Override
  public void load(StrategyState state) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).load(state.within("part" + i));
    }
  }

  @Override
  public StrategyState midway() {
    var midway = new StrategyState();
    for (int i = 0; i < parts.size(); i++) {
      midway.put("part" + i, parts.get(i).midway());
    }
    return midway;
  }

  @Override
  public void goOn(StrategyState midway) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).goOn(midway.within("part" + i));
    }
  }

  @Override
  public long extraBytes() {
    return parts.stream().mapToLong(Strategy::extraBytes).sum();
  }

  @Override
  public void close() {
    parts.forEach(Strategy::close);
  }
}
