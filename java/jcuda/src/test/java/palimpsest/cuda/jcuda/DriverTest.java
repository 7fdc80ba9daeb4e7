package palimpsest.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways to call the driver, on the simulator. */
class DriverTest {
  private static final List<String> CALLS =
      List.of(
          "device: CUDA simulator",
          "driver: 13.0",
          "compute capability: 90",
          "threads: 1024",
          "current: true",
          "memory: true",
          "copied back: true",
          "waited: true",
          "shifted: true",
          "sets: 1000.0 1500.0",
          "short: Range [0, 0 + 4001) out of bounds for length 4000",
          "block: true",
          "sum: 11500.0",
          "event: true",
          "elapsed: true",
          "capturing: 1",
          "captured: 0",
          "nodes: 2",
          "replayed: 6000.0",
          "no kernel: cuModuleGetFunction no_such_kernel: named symbol not found"
              + " (CUDA_ERROR_NOT_FOUND, 500)",
          "too much: cuMemAlloc of 1152921504606846976 bytes: out of memory"
              + " (CUDA_ERROR_OUT_OF_MEMORY, 2)",
          "too many threads: cuLaunchKernel ranges_axpy_fp32, grid 4x1x1, block 65536x1x1,"
              + " 0 bytes shared: invalid argument (CUDA_ERROR_INVALID_VALUE, 1)",
          "freed twice: cuMemFree: invalid argument (CUDA_ERROR_INVALID_VALUE, 1)",
          "name of a code: CUDA_ERROR_NOT_READY, device not ready",
          "name of no code: CUDA_ERROR_UNKNOWN",
          "still runs: 1000.0");

  /** What the simulator itself has to say of the errors that are made on purpose. */
  private static final Set<String> SAID =
      Set.of(
          "palimpsest simulator: launch of ranges_axpy_fp32: block (65536,1,1) is not within"
              + " (1,1,1) and (1024,1024,64)",
          "palimpsest simulator: cuMemFree: 0x… is no device memory",
          "palimpsest simulator: cublasLtMatmul: B at 0x… is no multiple of 256, for which the"
              + " algorithm was chosen",
          "palimpsest simulator: cublasLtMatmul: the epilogue adds a bias and"
              + " CUBLASLT_MATMUL_DESC_BIAS_POINTER is not set");

  /** A's products with itself: Aᵀ of 2 rows, then two squares. */
  private static final List<String> PRODUCTS =
      List.of(
          "version: true",
          "product: [35.5, 44.5, 44.5, 56.5]",
          "batch: [28.0, 64.0, 64.0, 154.0, 388.0, 532.0, 532.0, 730.0]",
          "wrong: cublasGemmEx, m = -1, n = 2, k = 3: an unsupported value or parameter was passed"
              + " to the function (CUBLAS_STATUS_INVALID_VALUE, 7)");

  /** [1 3 5; 2 4 6] · [1 4; 2 5; 3 6] + 1/2, and 100 in the first row, 200 in the second. */
  private static final List<String> PLANNED =
      List.of(
          "version: true",
          "algorithm: true",
          "product: [122.5, 228.5, 149.5, 264.5]",
          "elsewhere: cublasLtMatmul of 2 x 3 · 3 x 2 = 2 x 2: an unsupported value or parameter was"
              + " passed to the function (CUBLAS_STATUS_INVALID_VALUE, 7)",
          "no bias: accepted",
          "then: cublasLtMatmul of 2 x 3 · 3 x 2 = 2 x 2: an unsupported value or parameter was"
              + " passed to the function (CUBLAS_STATUS_INVALID_VALUE, 7)",
          "tf32: false");

  @TempDir Path folder;

  @BeforeAll
  static void simulator() {
    Simulator.require();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffm", "jcuda"})
  void answersEveryCall(String driver) throws IOException, InterruptedException {
    Child child = run(List.of(), driver, "calls");
    assertEquals(CALLS, without(child.out(), "third parameter", "fifth parameter"));
  }

  @Test
  void knowsParametersThroughFfm() throws IOException, InterruptedException {
    assertEquals(
        List.of(
            "third parameter: ParamInfo[offset=16, size=4]",
            "fifth parameter: cuFuncGetParamInfo ranges_axpy_fp32: invalid argument"
                + " (CUDA_ERROR_INVALID_VALUE, 1)"),
        only(run(List.of(), "ffm", "calls").out(), "third parameter", "fifth parameter"));
  }

  @Test
  void saysThatJcudaKnowsNoParameters() throws IOException, InterruptedException {
    assertEquals(
        List.of(
            "third parameter: cuFuncGetParamInfo, which JCuda 12.6 does not have: operation not"
                + " supported (CUDA_ERROR_NOT_SUPPORTED, 801)"),
        only(run(List.of(), "jcuda", "calls").out(), "third parameter"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffm", "jcuda"})
  void answersTheSameWhenItWaitsBehindEveryLaunch(String driver)
      throws IOException, InterruptedException {
    Child child = run(List.of("-Dpalimpsest.cuda.synchronous=true"), driver, "calls");
    assertEquals(CALLS, without(child.out(), "third parameter", "fifth parameter"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffm", "jcuda"})
  void reportsWhatIsNotGivenBack(String driver) throws IOException, InterruptedException {
    Child child = run(List.of("-Dpalimpsest.cuda.leaks=true"), driver, "calls");
    String site = "made at palimpsest.cuda.jcuda.DriverScenario.leaks(DriverScenario.java)";
    assertEquals(
        List.of("leaks: [event, %s, stream, %s]".formatted(site, site)),
        only(child.out(), "leaks"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffm", "jcuda"})
  void multiplies(String driver) throws IOException, InterruptedException {
    assertEquals(PRODUCTS, run(List.of(), driver, "blas").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffm", "jcuda"})
  void multipliesByAPlan(String driver) throws IOException, InterruptedException {
    assertEquals(PLANNED, run(List.of(), driver, "plan").out());
  }

  @Test
  void saysThatItDoesWithoutCublasLt() throws IOException, InterruptedException {
    Path simulator = Simulator.copy(folder, "libcuda.so.1", "libcublas.so.13");
    List<String> out = run(List.of("-Dpalimpsest.simulator=" + simulator), "ffm", "plan").out();
    assertEquals(1, out.size(), out.toString());
    assertTrue(
        out.getFirst()
            .startsWith(
                "note: products are cuBLAS's and biases passes of their own, for cublasLt cannot be: "
                    + "-Dpalimpsest.simulator=%s: the folder has no libcublasLt.so.13;"
                        .formatted(simulator)),
        out.getFirst());
  }

  @Test
  void callsCublasThroughFfmWhereJcudasIsMissing() throws IOException, InterruptedException {
    Path simulator = Simulator.copy(folder, "libcuda.so.1", "libcublas.so.13");
    List<String> out = run(List.of("-Dpalimpsest.simulator=" + simulator), "jcuda", "blas").out();
    assertEquals(PRODUCTS, without(out, "note"));
    List<String> notes = only(out, "note");
    assertEquals(1, notes.size());
    assertTrue(
        notes
            .getFirst()
            .startsWith(
                "note: --driver jcuda: cuBLAS is called through ffm, for JCublas2 cannot be"),
        notes.getFirst());
    assertTrue(notes.getFirst().contains("libcublas.so.12"), notes.getFirst());
  }

  @Test
  void leavesNothingOnTheHeapThroughFfm() throws IOException, InterruptedException {
    assertEquals(
        List.of(
            "bytes a launch: 0.0",
            "bytes a copy: 0.0",
            "bytes a set: 0.0",
            "bytes an event: 0.0",
            "bytes a product: 0.0",
            "bytes a planned product: 0.0"),
        run(List.of(), "ffm", "bytes").out());
  }

  /** JCuda itself would load what lies there. */
  @Test
  void doesNotTakeWhatSomebodyPutIntoTheTemporaryFolder() throws IOException, InterruptedException {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Path planted = shared.resolve("libJCudaDriver-12.6.0-linux-x86_64.so");
    Files.writeString(planted, "not JCuda's");
    List<String> out = run(List.of("-Djava.io.tmpdir=" + shared), "jcuda", "blas").out();
    assertEquals(PRODUCTS, out);
    try (Stream<Path> left = Files.list(shared)) {
      assertEquals(
          List.of(planted),
          left.filter(file -> !file.getFileName().toString().startsWith("hsperfdata")).toList());
    }
  }

  @Test
  void refusesALibraryThatIsNoDriver() throws IOException, InterruptedException {
    Path simulator = Files.createDirectory(folder.resolve("other"));
    Files.copy(Simulator.file(folder, "libcublas.so.13"), simulator.resolve("libcuda.so.1"));
    assertFails(
        "%s/libcuda.so.1 is not a CUDA driver: it has no cuDriverGetVersion".formatted(simulator),
        List.of("-Dpalimpsest.simulator=" + simulator));
  }

  @Test
  void saysThatThereIsNoSimulator() throws IOException, InterruptedException {
    assertFails(
        "-Dpalimpsest.simulator=%s: the folder has no libcuda.so.1; native/build %s makes it"
            .formatted(folder, folder),
        List.of("-Dpalimpsest.simulator=" + folder));
  }

  private void assertFails(String message, List<String> options)
      throws IOException, InterruptedException {
    Child child = Child.run(folder, DriverScenario.class, options, "ffm", "calls");
    assertEquals(
        "palimpsest.base.EnvironmentException: " + message,
        child
            .err()
            .lines()
            .filter(line -> line.contains("Exception"))
            .findFirst()
            .orElse(child.err())
            .replaceFirst("^.*?(?=palimpsest\\.base)", ""));
  }

  private Child run(List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(Simulator.options());
    all.addAll(options);
    Child child = Child.run(folder, DriverScenario.class, all, arguments);
    assertEquals(
        List.of(),
        child
            .err()
            .lines()
            .map(line -> line.replaceAll("0x[0-9a-f]+", "0x…"))
            .filter(line -> !SAID.contains(line))
            .toList(),
        "leaks?");
    assertEquals(0, child.exitCode());
    return child;
  }

  private static List<String> without(List<String> lines, String... names) {
    return lines.stream().filter(Predicate.not(line -> isOneOf(line, names))).toList();
  }

  private static List<String> only(List<String> lines, String... names) {
    return lines.stream().filter(line -> isOneOf(line, names)).toList();
  }

  private static boolean isOneOf(String line, String... names) {
    return List.of(names).contains(line.substring(0, line.indexOf(':')));
  }
}
