package palimpsest.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
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
import java.util.Map;
import palimpsest.base.EnvironmentException;

/**
 * How a card is doing: clocks, temperature, power, and why it is not clocked higher. NVML is a part
 * of the driver; these eight of its functions are declared by hand, from {@code nvml.h}. A value
 * that a card does not tell is null.
 */
public final class Nvml implements AutoCloseable {
  static final String LIBRARY = "libnvidia-ml.so.1";

  private static final int CLOCK_SM = 1;
  private static final int CLOCK_MEMORY = 2;
  private static final int TEMPERATURE_GPU = 0;
  private static final int SUCCESS = 0;

  private static final FunctionDescriptor OF_NOTHING = FunctionDescriptor.of(JAVA_INT);

  /** (device, out) */
  private static final FunctionDescriptor QUERY = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);

  /** (device, which, out) */
  private static final FunctionDescriptor QUERY_OF =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

  /** Bits of {@code nvmlClocksThrottleReason…}, by what they say. */
  private static final Map<Long, String> REASONS =
      Map.of(
          0x1L, "idle",
          0x2L, "application clocks",
          0x4L, "software power cap",
          0x8L, "hardware slowdown",
          0x10L, "sync boost",
          0x20L, "software thermal",
          0x40L, "hardware thermal",
          0x80L, "power brake",
          0x100L, "display clocks");

  private final Arena arena = Arena.ofConfined();
  private final MethodHandle shutdown;
  private final MethodHandle errorString;
  private final MethodHandle clock;
  private final MethodHandle temperature;
  private final MethodHandle power;
  private final MethodHandle throttleReasons;
  private final MemorySegment out = arena.allocate(JAVA_LONG);
  private final MemorySegment device;

  /**
   * How a card is doing at one moment.
   *
   * @param throttleReasons in words; empty where nothing holds the clock back
   */
  public record State(
      Integer smClockMhz,
      Integer memoryClockMhz,
      Integer temperatureC,
      Double powerW,
      List<String> throttleReasons) {}

  /**
   * Starts NVML and finds a card.
   *
   * @param pciBusId such as {@code 00000000:65:00.0}: NVML's numbers are not CUDA's
   * @throws EnvironmentException if the library is not here, or does not know the card
   */
  public static Nvml open(String pciBusId) {
    ToolkitSearch.of(LIBRARY).load(Nvml::load, "NVML", "it comes with NVIDIA's driver");
    return new Nvml(SymbolLookup.loaderLookup(), pciBusId);
  }

  private static void load(Path file) {
    System.load(file.toString());
  }

  /**
   * @param library where the functions are
   */
  Nvml(SymbolLookup library, String pciBusId) {
    MethodHandle init = bind(library, "nvmlInit_v2", OF_NOTHING);
    shutdown = bind(library, "nvmlShutdown", OF_NOTHING);
    errorString = bind(library, "nvmlErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    MethodHandle find = bind(library, "nvmlDeviceGetHandleByPciBusId_v2", QUERY);
    clock = bind(library, "nvmlDeviceGetClockInfo", QUERY_OF);
    temperature = bind(library, "nvmlDeviceGetTemperature", QUERY_OF);
    power = bind(library, "nvmlDeviceGetPowerUsage", QUERY);
    throttleReasons = bind(library, "nvmlDeviceGetCurrentClocksThrottleReasons", QUERY);
    require("nvmlInit_v2", call(() -> (int) init.invokeExact()));
    MemorySegment busId = arena.allocateFrom(pciBusId);
    require("nvmlDeviceGetHandleByPciBusId_v2", call(() -> (int) find.invokeExact(busId, out)));
    device = MemorySegment.ofAddress(out.get(JAVA_LONG, 0));
  }

  private static MethodHandle bind(
      SymbolLookup library, String name, FunctionDescriptor descriptor) {
    MemorySegment function =
        library
            .find(name)
            .orElseThrow(() -> new EnvironmentException("%s has no %s".formatted(LIBRARY, name)));
    return Linker.nativeLinker().downcallHandle(function, descriptor);
  }

  private void require(String function, int code) {
    if (code != SUCCESS) {
      String message = message(code);
      arena.close();
      throw new EnvironmentException("%s: %s (%d)".formatted(function, message, code));
    }
  }

  private String message(int code) {
    try {
      MemorySegment text = (MemorySegment) errorString.invokeExact(code);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException("nvmlErrorString", e);
    }
  }

  /** How the card is doing now. */
  public State state() {
    Integer milliwatts = integer(() -> (int) power.invokeExact(device, out));
    return new State(
        integer(() -> (int) clock.invokeExact(device, CLOCK_SM, out)),
        integer(() -> (int) clock.invokeExact(device, CLOCK_MEMORY, out)),
        integer(() -> (int) temperature.invokeExact(device, TEMPERATURE_GPU, out)),
        milliwatts == null ? null : milliwatts / 1000.0,
        reasons());
  }

  private List<String> reasons() {
    if (call(() -> (int) throttleReasons.invokeExact(device, out)) != SUCCESS) {
      return null;
    }
    long bits = out.get(JAVA_LONG, 0);
    List<String> reasons = new ArrayList<>();
    for (long bit = 1; bit <= 0x100; bit <<= 1) {
      if ((bits & bit) != 0) {
        reasons.add(REASONS.get(bit));
      }
    }
    return reasons;
  }

  private Integer integer(NativeCall query) {
    return call(query) == SUCCESS ? out.get(JAVA_INT, 0) : null;
  }

  private interface NativeCall {
    int run() throws Throwable;
  }

  private static int call(NativeCall function) {
    try {
      return function.run();
    } catch (Throwable e) {
      throw new IllegalStateException("NVML", e);
    }
  }

  @Override
  public void close() {
    int _ = call(() -> (int) shutdown.invokeExact());
    arena.close();
  }
}
