package palimpsest.testing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the launches on a simulator that counts ({@code native/build OUT_DIR count}) read and write
 * of the device's memory: {@code palimpsest_simulator_traffic} of {@code native/hooks.h}.
 */
public final class SimulatorTraffic {
  private static final long LONGEST_NAME = 256;
  private static final int WORDS = 5;

  private final MethodHandle next;

  private SimulatorTraffic(MethodHandle next) {
    this.next = next;
  }

  /**
   * Bytes that a launch moved.
   *
   * @param loaded by all its accesses, the same byte as often as it was
   * @param read of memory, each byte once
   */
  public record Launch(String kernel, long loaded, long stored, long read, long written) {}

  /** Of the simulator in {@code -Dpalimpsest.simulator}; the process has loaded it. */
  public static SimulatorTraffic ofLoaded() {
    Path library = Path.of(System.getProperty("palimpsest.simulator")).resolve("libcuda.so.1");
    MemorySegment function =
        SymbolLookup.libraryLookup(library, Arena.global())
            .findOrThrow("palimpsest_simulator_traffic");
    return new SimulatorTraffic(
        Linker.nativeLinker()
            .downcallHandle(function, FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG)));
  }

  /** The launches since it was last asked, in their order. */
  public List<Launch> take() {
    List<Launch> launches = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(JAVA_LONG, WORDS);
      while ((long) next.invokeExact(one, 1L) == 1) {
        launches.add(
            new Launch(
                one.get(ADDRESS, 0).reinterpret(LONGEST_NAME).getString(0),
                one.getAtIndex(JAVA_LONG, 1),
                one.getAtIndex(JAVA_LONG, 2),
                one.getAtIndex(JAVA_LONG, 3),
                one.getAtIndex(JAVA_LONG, 4)));
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return launches;
  }
}
