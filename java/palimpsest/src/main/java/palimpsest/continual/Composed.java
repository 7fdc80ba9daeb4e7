package palimpsest.continual;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import palimpsest.model.FreezePlan;

/** Several strategies at once: all that any of them freezes, all rows that any of them adds. */
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
    Set<String> frozen = new HashSet<>();
    parts.forEach(part -> frozen.addAll(part.trainable(task).frozen()));
    return new FreezePlan(Set.copyOf(frozen));
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    var added = new ArrayList<Row>();
    parts.forEach(part -> added.addAll(part.compose(rows, task)));
    return added;
  }

  @Override
  public void afterTask(TaskContext task) {
    parts.forEach(part -> part.afterTask(task));
  }

  @Override
  public long extraBytes() {
    return parts.stream().mapToLong(Strategy::extraBytes).sum();
  }
}
