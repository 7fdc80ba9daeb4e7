package palimpsest.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code bench/src/main/c/launch_loop.c}, as {@code bench/run} compiles it. */
final class LaunchLoop {
  /** Where {@code bench/run} says the library is. */
  static final String PROPERTY = "palimpsest.bench.launchLoop";

  private static final SymbolLookup LIBRARY = library();

  /** {@code (launch, function, stream, parameters, times)} */
  static final MethodHandle LOOP =
      bind(
          "launch_loop",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));

  /** A launch's eleven arguments. */
  static final MethodHandle NOTHING =
      bind(
          "launch_nothing",
          FunctionDescriptor.of(
              JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
              JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  private LaunchLoop() {}

  private static SymbolLookup library() {
    String file = System.getProperty(PROPERTY, "");
    if (!Files.isRegularFile(Path.of(file))) {
      throw new IllegalStateException(
          "-D%s=%s names no library: bench/run compiles it where it finds cc"
              .formatted(PROPERTY, file));
    }
    return SymbolLookup.libraryLookup(Path.of(file).toAbsolutePath(), Arena.global());
  }

  private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow(name), descriptor);
  }

  /** The driver's own function, which the driver library of this process exports. */
  static MemorySegment driverFunction(String name) {
    return SymbolLookup.loaderLookup().or(Linker.nativeLinker().defaultLookup()).findOrThrow(name);
  }
}
