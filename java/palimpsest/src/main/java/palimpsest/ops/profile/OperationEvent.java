package palimpsest.ops.profile;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call of an operation, for Java Mission Control: its duration is that of the call in Java. */
@Name("palimpsest.Operation")
@Label("Operation")
@Description("A call of an operation on a lane")
@Category("Palimpsest")
@StackTrace(false)
final class OperationEvent extends Event {
  @Label("Operation")
  String operation;

  @Label("Phase")
  String phase;

  @Label("Part")
  String part;

  @Label("Lane")
  int lane;

  @Label("Bytes it has to move")
  double bytes;

  @Label("FLOPs")
  double flops;
}
