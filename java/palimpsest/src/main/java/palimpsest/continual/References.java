package palimpsest.continual;

import java.util.List;
import java.util.Optional;

/** Ways of training that no sequence of tasks allows, to hold the methods against. */
final class References implements StrategyKind {
  /** What may be joined with a reference. */
  private static final List<String> COMPANIONS =
      List.of("freeze", "freeze:top", "freeze:random", "bio");

  static final StrategyKind JOINT =
      new References(
          "joint",
          "Trains the pretrained model on all tasks' training questions at once. A reference, not"
              + " an upper bound: it can memorise the half of the people that it is asked about.",
          Course.JOINT,
          OldData.ALL,
          "it begins with the pretrained model, and all tasks are trained together");

  static final StrategyKind SINGLE =
      new References(
          "single",
          "Trains the pretrained model on each task alone.",
          Course.SINGLE,
          OldData.NONE,
          "it begins with the pretrained model at every task");

  private final String name;
  private final String summary;
  private final Course course;
  private final OldData oldData;
  private final String why;

  private References(String name, String summary, Course course, OldData oldData, String why) {
    this.name = name;
    this.summary = summary;
    this.course = course;
    this.oldData = oldData;
    this.why = why;
  }

  @Override
  public Declaration declaration() {
    return new Declaration(name, List.of(), summary);
  }

  @Override
  public Optional<String> clash(List<String> others) {
    return others.stream()
        .filter(other -> !COMPANIONS.contains(other))
        .map(
            other ->
                "%s has no sequence of tasks in which %s could keep anything; it goes with freeze"
                        .formatted(name, other)
                    + " and bio alone")
        .findFirst();
  }

  @Override
  public List<String> examples() {
    return List.of(name);
  }

  @Override
  public Neutral neutral() {
    return new Neutral.None(why);
  }

  @Override
  public OldData oldData(Values values) {
    return oldData;
  }

  @Override
  public Course course(Values values) {
    return course;
  }

  @Override
  public Strategy begin(Values values) {
    return new Strategy() {};
  }
}
