package palimpsest.train;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A training step, for Java Mission Control. Where no recording asks for it, it costs nothing. */
@Name("palimpsest.Step")
@Label("Training step")
@Description("One optimisation step, from the batch to the updated weights")
@Category("Palimpsest")
@StackTrace(false)
final class StepEvent extends Event {
  @Label("Step")
  int step;

  @Label("Positions")
  int tokens;

  @Label("Loss")
  double loss;

  @Label("Gradient norm")
  double gradientNorm;
}
