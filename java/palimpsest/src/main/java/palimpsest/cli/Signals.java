package palimpsest.cli;

import java.lang.reflect.Proxy;

/**
 * What Java has no other way to ask for: to be told of a signal each time it comes. {@code
 * sun.misc.Signal} is exported to all, but the compiler warns of its name; so it is looked up.
 */
final class Signals {
  private Signals() {}

  /**
   * Has an action run, on a thread of its own, whenever a signal comes.
   *
   * @param name without {@code SIG}
   * @return false where this machine does not let one; the signal then does what it always does
   */
  static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object told =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), told);
      return true;
    } catch (ReflectiveOperationException _) {
      return false;
    }
  }
}
