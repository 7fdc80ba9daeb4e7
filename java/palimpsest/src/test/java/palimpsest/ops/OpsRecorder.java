package palimpsest.ops;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** Operations that do their work and are written down, in the order of the calls. */
public final class OpsRecorder {
  private final List<Call> calls = new ArrayList<>();

  /**
   * One call.
   *
   * @param arguments tensors, or null where one was left out
   */
  public record Call(String operation, Object[] arguments) {
    /** The tensor at this place in the operation's list. */
    public Tensor tensor(int index) {
      return (Tensor) arguments[index];
    }
  }

  /** The same operations, recorded. */
  public Ops around(Ops ops) {
    return (Ops)
        Proxy.newProxyInstance(
            Ops.class.getClassLoader(),
            new Class<?>[] {Ops.class},
            (proxy, method, arguments) -> {
              calls.add(new Call(method.getName(), arguments));
              try {
                return method.invoke(ops, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  public void clear() {
    calls.clear();
  }

  /** The calls of some operations, in their order. */
  public List<Call> of(String... operations) {
    List<String> wanted = List.of(operations);
    return calls.stream().filter(call -> wanted.contains(call.operation)).toList();
  }

  /** Number of calls of one operation. */
  public int count(String operation) {
    return of(operation).size();
  }
}
