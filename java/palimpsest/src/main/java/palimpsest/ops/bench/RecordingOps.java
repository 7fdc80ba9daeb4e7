package palimpsest.ops.bench;

import java.lang.reflect.Proxy;
import java.util.function.BiConsumer;
import palimpsest.ops.Ops;

/** Operations that are written down and not done. */
final class RecordingOps {
  private RecordingOps() {}

  /**
   * @param calls is told the name and the arguments of each
   */
  static Ops of(BiConsumer<String, Object[]> calls) {
    return (Ops)
        Proxy.newProxyInstance(
            Ops.class.getClassLoader(),
            new Class<?>[] {Ops.class},
            (_, method, arguments) -> {
              calls.accept(method.getName(), arguments);
              return method.getReturnType() == double.class ? 0.0 : null;
            });
  }
}
