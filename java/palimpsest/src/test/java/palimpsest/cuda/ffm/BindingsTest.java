package palimpsest.cuda.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaBlasLt;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.ffm.generated.LibCublas;
import palimpsest.cuda.ffm.generated.LibCublasLt;
import palimpsest.cuda.ffm.generated.LibCuda;
import palimpsest.cuda.ffm.generated.LibNvtx;

/** What is bound is what the lists say, and what {@code cuda.h} declares. */
class BindingsTest {
  private static final Path LISTS = Path.of("../../tools/bindings");
  private static final Path HEADERS = Path.of("/usr/local/cuda/include");

  @Test
  void bindsTheListedSymbolsAndNoOther() throws IOException {
    assertEquals(symbols("cuda.symbols").keySet(), bound(LibCuda.class).keySet());
    assertEquals(symbols("nvtx.symbols").keySet(), bound(LibNvtx.class).keySet());
    assertEquals(symbols("cublas.symbols").keySet(), bound(LibCublas.class).keySet());
    assertEquals(symbols("cublaslt.symbols").keySet(), bound(LibCublasLt.class).keySet());
  }

  @Test
  void everyConstantIsTheHeaders() throws ReflectiveOperationException {
    assertConstants(LibCuda.class, CudaDriver.class);
    assertConstants(LibCublas.class, CudaBlas.class);
    assertConstants(LibCublasLt.class, CudaBlasLt.class);
  }

  private static void assertConstants(Class<?> header, Class<?> repeats)
      throws ReflectiveOperationException {
    for (Field constant : repeats.getFields()) {
      assertEquals(
          header.getMethod(constant.getName()).invoke(null),
          constant.get(null),
          constant.getName());
    }
  }

  @Test
  void everyFunctionTakesWhatTheHeaderDeclares() throws IOException {
    Path header = HEADERS.resolve("cuda.h");
    assumeTrue(Files.exists(header), "no " + header);
    String text = Files.readString(header).replaceAll("(?s)/\\*.*?\\*/", "");
    for (Method function : bound(LibCuda.class).values()) {
      assertEquals(
          declared(text, function.getName()),
          Arrays.asList(function.getParameterTypes()),
          function.getName());
      assertEquals(int.class, function.getReturnType(), function.getName());
    }
  }

  @Test
  void everySymbolIsOfTheVersionThatItsListSays() throws IOException {
    Path header = HEADERS.resolve("cudaTypedefs.h");
    assumeTrue(Files.exists(header), "no " + header);
    String text = Files.readString(header);
    for (Map.Entry<String, String> symbol : symbols("cuda.symbols").entrySet()) {
      String function = symbol.getKey().replaceAll("_v\\d+$", "");
      int version = (int) Math.round(Double.parseDouble(symbol.getValue()) * 1000);
      int known = version % 1000 == 0 ? version : version / 1000 * 1000 + version % 1000 / 10;
      assertNotNull(
          find(text, "PFN_%s_v%d\\b".formatted(function, known)), symbol.getKey() + " " + known);
    }
  }

  /** The types of the parameters of a symbol, which the header may declare by a macro's name. */
  private static List<Class<?>> declared(String header, String symbol) {
    List<String> own = declarations(header, symbol);
    Matcher macro =
        Pattern.compile("#define\\s+(\\w+)\\s+(__CUDA_API_PT[DS]Z?\\()?%s\\b".formatted(symbol))
            .matcher(header);
    // Old declarations stand last, among them those of symbols that a macro's name hides.
    String parameters =
        !own.isEmpty()
            ? own.getLast()
            : macro.find() ? declarations(header, macro.group(1)).getFirst() : null;
    assertNotNull(parameters, symbol);
    return parameters.strip().equals("void")
        ? List.of()
        : Stream.of(parameters.split(",")).<Class<?>>map(BindingsTest::type).toList();
  }

  private static List<String> declarations(String header, String name) {
    return Pattern.compile("CUresult\\s+CUDAAPI\\s+%s\\(([^)]*)\\);".formatted(name))
        .matcher(header)
        .results()
        .map(declaration -> declaration.group(1))
        .toList();
  }

  private static Class<?> type(String parameter) {
    String type = parameter.strip().replaceAll("\\bconst\\b", "").replaceAll("\\w+$", "").strip();
    if (type.endsWith("*")) {
      return MemorySegment.class;
    }
    return switch (type) {
      case "int", "unsigned int", "CUdevice", "CUresult" -> int.class;
      case "CUdevice_attribute", "CUfunction_attribute", "CUstreamCaptureMode" -> int.class;
      case "unsigned char" -> byte.class;
      case "size_t", "unsigned long long", "CUdeviceptr" -> long.class;
      case "CUcontext", "CUmodule", "CUfunction", "CUstream", "CUevent", "CUgraph", "CUgraphExec" ->
          MemorySegment.class;
      default -> throw new AssertionError("a type that this test does not know: " + parameter);
    };
  }

  private static String find(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? matcher.group() : null;
  }

  /** The generated methods that call a function, by its symbol. */
  private static Map<String, Method> bound(Class<?> header) {
    Set<String> names = new TreeSet<>();
    List<Method> methods = new ArrayList<>();
    for (Method method : header.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())) {
        names.add(method.getName());
        methods.add(method);
      }
    }
    return methods.stream()
        .filter(method -> names.contains(method.getName() + "$handle"))
        .collect(Collectors.toMap(Method::getName, method -> method, (a, _) -> a, TreeMap::new));
  }

  private static Map<String, String> symbols(String list) throws IOException {
    Map<String, String> symbols = new TreeMap<>();
    for (String line : Files.readAllLines(LISTS.resolve(list))) {
      String entry = line.replaceAll("#.*", "").strip();
      if (!entry.isEmpty()) {
        String[] words = entry.split("\\s+");
        symbols.put(words[0], words[1]);
      }
    }
    return symbols;
  }
}
