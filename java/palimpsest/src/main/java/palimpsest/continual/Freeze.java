package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import palimpsest.base.UserException;
import palimpsest.model.FreezePlan;

/**
 * Keeps components as they are (Zheng et al. 2025): {@code freeze:n} the input embedding and the
 * bottom n layers, {@code freeze:embed} or {@code freeze:layers.0-2;head} what is named. The last
 * layer norm and the output head go on learning, unless they are named. {@code freeze:0} keeps
 * nothing: it is {@code seq}.
 *
 * <p>The paper freezes from the second task on where its format is new, and from the first ({@code
 * from-first}) where the model knows the format already. {@code stop=s} is the paper's early stop,
 * whose rule it does not state; here learning ends at the first look at which a share s of the new
 * task's questions is known.
 */
final class Freeze {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "freeze",
              List.of(
                  new Parameter.Components("layers", "n"),
                  new Parameter.Flag("from-first"),
                  new Parameter.Share("stop", "s", Double.NaN, false, true),
                  new Parameter.Flag("as-released")),
              "Keeps the embedding and the bottom n layers, or the named components, as they are"
                  + " from task 1 on, or from the first; stops at a share s of the new task. As"
                  + " released: layers whose names contain those of the n.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          String what = values.choice("layers");
          if (isCount(what)) {
            return Integer.parseInt(what) > setting.layers()
                ? Optional.of("the model has %d layers".formatted(setting.layers()))
                : Optional.empty();
          }
          if (values.flag("as-released")) {
            return Optional.of("as-released goes with a number of layers");
          }
          return named(what, setting);
        }

        @Override
        public List<String> examples() {
          return List.of(
              "freeze:2",
              "freeze:4",
              "freeze:embed",
              "freeze:layers.0-2;head",
              "freeze:1:from-first",
              "freeze:2:stop=0.95",
              "freeze:2:as-released");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("freeze:0");
        }

        @Override
        public Course course(Values values) {
          return values.flag("from-first") ? Course.ALL_TASKS : Course.LATER_TASKS;
        }

        @Override
        public double stepCost(Values values, Setting setting) {
          String what = values.choice("layers");
          return isCount(what) ? bottomCost(Integer.parseInt(what), setting) : 1;
        }

        @Override
        public Strategy begin(Values values) {
          String what = values.choice("layers");
          double stop = values.share("stop");
          boolean asReleased = values.flag("as-released");
          return new FrozenFrom(
              values.flag("from-first") ? 0 : 1,
              Double.isNaN(stop) ? OptionalDouble.empty() : OptionalDouble.of(stop),
              task -> plan(what, asReleased, task));
        }
      };

  private Freeze() {}

  /** A step's share of one that trains all: what is frozen at the bottom needs no backward. */
  static double bottomCost(int frozen, Setting setting) {
    return 1 - 2 / 3.0 * frozen / setting.layers();
  }

  private static boolean isCount(String what) {
    return Character.isDigit(what.charAt(0));
  }

  private static Optional<String> named(String what, Setting setting) {
    try {
      FreezePlan plan =
          FreezePlan.parse(List.of(what.split(";")), setting.layers(), setting.tiedHead());
      int parts = 2 * setting.layers() + (setting.tiedHead() ? 2 : 3);
      return plan.frozen().size() == parts
          ? Optional.of("nothing is left to train")
          : Optional.empty();
    } catch (UserException problem) {
      return Optional.of(problem.getMessage());
    }
  }

  private static FreezePlan plan(String what, boolean asReleased, TaskContext task) {
    if (!isCount(what)) {
      var shape = FrozenFrom.shape(task);
      return FreezePlan.parse(List.of(what.split(";")), shape);
    }
    int layers = Integer.parseInt(what);
    if (layers == 0) {
      return FreezePlan.NONE;
    }
    return asReleased
        ? SubstringFreeze.bottom(layers, FrozenFrom.shape(task).layers())
        : FreezePlan.bottom(layers);
  }
}
