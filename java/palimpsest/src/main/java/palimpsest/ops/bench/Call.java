package palimpsest.ops.bench;

import java.util.function.Consumer;
import palimpsest.ops.Ops;

/**
 * One operation on tensors of its own.
 *
 * @param run the operation, which is timed
 * @param restore puts back what {@code run} overwrites and could not bear to meet again, untimed;
 *     null where the operation can be repeated as it is
 */
record Call(Consumer<Ops> run, Consumer<Ops> restore) {
  static Call of(Consumer<Ops> run) {
    return new Call(run, null);
  }

  boolean repeatable() {
    return restore == null;
  }
}
