package palimpsest.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;
import palimpsest.testing.SimulatorTraffic;

/**
 * A device of one lane on a simulator that counts, with what each operation moved beside what it
 * was called with. Steps are not recorded as graphs: a graph's launches are nobody's.
 */
final class WatchedOperations {
  private final List<Call> calls = new ArrayList<>();

  /**
   * @param moved bytes that its kernels read and wrote, without cuBLAS's
   */
  record Call(String operation, Object[] arguments, long moved) {}

  /** Those that launched something, in their order. */
  List<Call> calls() {
    return calls;
  }

  Device around(Device device) {
    SimulatorTraffic traffic = SimulatorTraffic.ofLoaded();
    return (Device)
        Proxy.newProxyInstance(
            Device.class.getClassLoader(),
            new Class<?>[] {Device.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "recorder" -> Optional.empty();
                  case "onEachLane" -> {
                    Device.LaneTask task = (Device.LaneTask) arguments[0];
                    device.onEachLane((lane, ops) -> task.run(lane, around(ops, traffic)));
                    yield null;
                  }
                  default -> invoke(method, device, arguments);
                });
  }

  private Ops around(Ops ops, SimulatorTraffic traffic) {
    return (Ops)
        Proxy.newProxyInstance(
            Ops.class.getClassLoader(),
            new Class<?>[] {Ops.class},
            (_, method, arguments) -> {
              traffic.take();
              Object result = invoke(method, ops, arguments);
              List<SimulatorTraffic.Launch> launches = traffic.take();
              if (!launches.isEmpty()) {
                long moved =
                    launches.stream().mapToLong(each -> each.read() + each.written()).sum();
                calls.add(new Call(method.getName(), arguments, moved));
              }
              return result;
            });
  }

  private static Object invoke(Method method, Object target, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
