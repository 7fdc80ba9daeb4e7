package palimpsest.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import palimpsest.ops.DType;
import palimpsest.ops.work.Operation;
import palimpsest.ops.work.Work;

/**
 * An operation at one shape.
 *
 * @param family as its kernel file is called
 * @param operation as {@link palimpsest.ops.Ops} calls it
 * @param role what a model uses it for, where it has several uses; or empty
 * @param callsPerStep of a training step of the model
 * @param make takes its tensors and says what to call
 */
record BenchCase(
    String family, String operation, String role, int callsPerStep, Function<Buffers, Call> make) {

  static BenchCase of(
      String operation, String role, int callsPerStep, Function<Buffers, Call> make) {
    return new BenchCase(Operation.family(operation), operation, role, callsPerStep, make);
  }

  /** Such as {@code matmul/matmulBias qkv}: what a figure is found by. */
  String name() {
    return family + "/" + operation + (role.isEmpty() ? "" : " " + role);
  }

  /** What the operation has to do, from its arguments; nothing is computed. */
  Work work(DType dtype) {
    List<Work> calls = new ArrayList<>();
    Call call = make.apply(Buffers.imagined(dtype));
    call.run()
        .accept(
            RecordingOps.of(
                (operation, arguments) -> calls.add(Operation.work(operation, arguments))));
    return calls.stream().reduce(Work.NONE, Work::plus);
  }
}
