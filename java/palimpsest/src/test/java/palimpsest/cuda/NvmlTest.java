package palimpsest.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import palimpsest.base.EnvironmentException;

/** Against functions of NVML's signatures that Java answers itself. */
class NvmlTest {
  private static final int NOT_SUPPORTED = 3;
  private static final int NOT_FOUND = 6;
  private static final long HANDLE = 0x1234;

  @Test
  void saysHowTheCardIsDoing() {
    try (Arena arena = Arena.ofConfined()) {
      FakeNvml fake = new FakeNvml(arena);
      try (Nvml nvml = new Nvml(fake.library(), "00000000:65:00.0")) {
        assertEquals(
            new Nvml.State(
                1980, 2619, 41, 312.5, List.of("software power cap", "hardware thermal")),
            nvml.state());
      }
      assertEquals(List.of("init", "00000000:65:00.0", "shutdown"), fake.said);
    }
  }

  @Test
  void whatTheCardDoesNotTellIsNull() {
    try (Arena arena = Arena.ofConfined()) {
      FakeNvml fake = new FakeNvml(arena);
      fake.queries = NOT_SUPPORTED;
      try (Nvml nvml = new Nvml(fake.library(), "00000000:65:00.0")) {
        assertEquals(new Nvml.State(null, null, null, null, null), nvml.state());
        assertNull(nvml.state().powerW());
      }
    }
  }

  @Test
  void aCardThatItDoesNotKnowIsNamed() {
    try (Arena arena = Arena.ofConfined()) {
      FakeNvml fake = new FakeNvml(arena);
      fake.find = NOT_FOUND;
      var missing =
          assertThrows(
              EnvironmentException.class, () -> new Nvml(fake.library(), "00000000:01:00.0"));
      assertEquals("nvmlDeviceGetHandleByPciBusId_v2: error 6 (6)", missing.getMessage());
    }
  }

  @Test
  void aLibraryWithoutAFunctionIsNamed() {
    var missing =
        assertThrows(EnvironmentException.class, () -> new Nvml(_ -> Optional.empty(), "x"));
    assertTrue(
        missing.getMessage().startsWith("libnvidia-ml.so.1 has no nvml"), missing.toString());
  }

  /** What the library would do, as upcalls. */
  public static final class FakeNvml {
    private final Arena arena;
    private final Map<String, MemorySegment> functions = new HashMap<>();
    private final List<String> said = new ArrayList<>();
    private int find;
    private int queries;

    FakeNvml(Arena arena) {
      this.arena = arena;
      FunctionDescriptor ofNothing = FunctionDescriptor.of(JAVA_INT);
      FunctionDescriptor query = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
      FunctionDescriptor queryOf = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
      bind("nvmlInit_v2", "init", ofNothing);
      bind("nvmlShutdown", "shutdown", ofNothing);
      bind("nvmlErrorString", "error", FunctionDescriptor.of(ADDRESS, JAVA_INT));
      bind("nvmlDeviceGetHandleByPciBusId_v2", "find", query);
      bind("nvmlDeviceGetClockInfo", "clock", queryOf);
      bind("nvmlDeviceGetTemperature", "temperature", queryOf);
      bind("nvmlDeviceGetPowerUsage", "power", query);
      bind("nvmlDeviceGetCurrentClocksThrottleReasons", "reasons", query);
    }

    private void bind(String symbol, String method, FunctionDescriptor descriptor) {
      try {
        MethodType type = descriptor.toMethodType();
        functions.put(
            symbol,
            Linker.nativeLinker()
                .upcallStub(MethodHandles.lookup().bind(this, method, type), descriptor, arena));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    SymbolLookup library() {
      return name -> Optional.ofNullable(functions.get(name));
    }

    int init() {
      said.add("init");
      return 0;
    }

    int shutdown() {
      said.add("shutdown");
      return 0;
    }

    MemorySegment error(int code) {
      return arena.allocateFrom("error " + code);
    }

    int find(MemorySegment busId, MemorySegment out) {
      said.add(busId.reinterpret(32).getString(0));
      out.reinterpret(8).set(JAVA_LONG, 0, HANDLE);
      return find;
    }

    int clock(MemorySegment device, int which, MemorySegment out) {
      assertEquals(HANDLE, device.address());
      return answer(out, which == 1 ? 1980 : 2619);
    }

    int temperature(MemorySegment device, int sensor, MemorySegment out) {
      assertEquals(0, sensor);
      assertEquals(HANDLE, device.address());
      return answer(out, 41);
    }

    int power(MemorySegment device, MemorySegment out) {
      assertEquals(HANDLE, device.address());
      return answer(out, 312_500);
    }

    int reasons(MemorySegment device, MemorySegment out) {
      assertEquals(HANDLE, device.address());
      out.reinterpret(8).set(JAVA_LONG, 0, 0x44);
      return queries;
    }

    private int answer(MemorySegment out, int value) {
      out.reinterpret(4).set(JAVA_INT, 0, value);
      return queries;
    }
  }
}
