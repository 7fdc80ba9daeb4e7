package palimpsest.ops.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The environment of the process as libraries of machine code see it when they are loaded. */
final class NativeEnvironment {
  private static final Linker LINKER = Linker.nativeLinker();

  private NativeEnvironment() {}

  static void set(String name, String value) {
    MethodHandle setenv =
        libc(
            "setenv",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
    } catch (Throwable e) {
      throw new IllegalStateException("setenv", e);
    }
  }

  static void unset(String name) {
    MethodHandle unsetenv =
        libc("unsetenv", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) unsetenv.invokeExact(arena.allocateFrom(name));
    } catch (Throwable e) {
      throw new IllegalStateException("unsetenv", e);
    }
  }

  private static MethodHandle libc(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }
}
