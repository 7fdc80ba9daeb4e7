package palimpsest.ops.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import palimpsest.cuda.CudaLibraries;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.LaunchLog;
import palimpsest.cuda.ProductLog;
import palimpsest.cuda.ProductLog.Product;
import palimpsest.ops.Activation;
import palimpsest.ops.DType;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;
import palimpsest.ops.TestDevices;
import palimpsest.testing.OptionalTools;

/** What is asked of cublasLt, and when a plan is made. */
@EnabledIf("onSimulator")
@Tag(TestDevices.CONTRACT)
class MatmulPlansTest {
  /** As far apart as any algorithm wants its operands. */
  private static final int SLOT = 4096;

  private ProductLog products;
  private LaunchLog launches;
  private CudaDevice device;
  private DeviceMemory memory;

  static boolean onSimulator() {
    return TestDevices.DEVICE.equals("sim");
  }

  @BeforeEach
  void open() {
    OptionalTools.simulator();
    CudaLibraries found =
        CudaLibraries.open(TestDevices.DRIVER, CudaPlatform.SIMULATOR, System.err::println);
    products = new ProductLog(found.blasLt().orElseThrow());
    launches = new LaunchLog(found.driver());
    device =
        CudaDevice.open(
            CudaPlatform.SIMULATOR,
            found.with(launches).with(Optional.of(products.watched())),
            0,
            DType.BF16);
    memory = device.allocate(16L * SLOT, "a test");
  }

  @AfterEach
  void close() {
    memory.close();
    device.close();
  }

  private void run(Consumer<Ops> work) {
    launches.clear();
    products.clear();
    device.onEachLane((_, ops) -> work.accept(ops));
  }

  private Tensor tensor(int slot, int... shape) {
    return memory.tensor((long) slot * SLOT, DType.BF16, shape);
  }

  private Tensor tensor(int slot, float[] values, int... shape) {
    Tensor wide = memory.tensor(15L * SLOT, DType.FP32, values.length);
    Tensor narrow = tensor(slot, shape);
    device.write(wide, values);
    device.onEachLane((_, ops) -> ops.copy(narrow, wide));
    return narrow;
  }

  private float[] read(Tensor tensor) {
    float[] values = new float[(int) tensor.size()];
    device.read(tensor, values, values.length);
    return values;
  }

  private List<String> kernels() {
    return launches.launches().stream().map(LaunchLog.Launch::kernel).toList();
  }

  @Test
  void aPlanIsMadeOnceAShape() {
    Tensor in = tensor(0, 5, 16);
    Tensor weight = tensor(1, 8, 16);
    Tensor out = tensor(3, 5, 8);
    run(
        ops -> {
          ops.matmulBias(out, in, weight, tensor(2, 8));
          ops.matmulBias(tensor(4, 5, 8), in, tensor(5, 8, 16), tensor(6, 8));
          ops.matmulBiasAdd(out, in, weight, tensor(2, 8));
        });
    assertEquals(1, products.plans());
    assertEquals(
        List.of(
            new Product(8, 5, 16, true, 0),
            new Product(8, 5, 16, true, 0),
            new Product(8, 5, 16, true, 1)),
        products.products());
    assertEquals(List.of(), kernels());
    run(
        ops -> {
          ops.matmul(out, in, weight);
          ops.matmulBias(tensor(4, 4, 8), tensor(0, 4, 16), weight, tensor(2, 8));
        });
    assertEquals(2, products.plans(), "without a bias, and fewer rows");
  }

  @Test
  void aPlanIsForAddressesThatAreAlignedAlike() {
    Tensor in = tensor(0, 5, 16);
    Tensor weight = tensor(1, 8, 16);
    Tensor bias = tensor(2, 8);
    run(ops -> ops.matmulBias(tensor(3, 5, 8), in, weight, bias));
    run(ops -> ops.matmulBias(memory.tensor(3 * SLOT + 2, DType.BF16, 5, 8), in, weight, bias));
    assertEquals(1, products.plans(), "the result begins at an odd element");
    Tensor oddBias = memory.tensor(2 * SLOT + 2, DType.BF16, 8);
    run(ops -> ops.matmulBias(tensor(3, 5, 8), in, weight, oddBias));
    assertEquals(1, products.plans(), "the bias begins at an odd element");
    run(ops -> ops.matmulBias(tensor(4, 5, 8), tensor(5, 5, 16), tensor(6, 8, 16), oddBias));
    assertEquals(0, products.plans(), "all is as it was");
  }

  @Test
  void aPlanIsForRowsThatLieAlike() {
    Tensor in = tensor(0, 5, 16);
    Tensor weight = tensor(1, 7, 16);
    run(ops -> ops.matmul(tensor(3, 5, 7), in, weight));
    run(ops -> ops.matmul(tensor(3, 5, 8).firstColumns(7), in, weight));
    assertEquals(1, products.plans(), "the result's rows are padded");
    run(ops -> ops.matmul(tensor(4, 5, 8).firstColumns(7), in, weight));
    assertEquals(0, products.plans(), "all is as it was");
  }

  @Test
  void eachProductAddsItsOwnBias() {
    Tensor in = tensor(0, new float[] {1, 2}, 1, 2);
    Tensor weight = tensor(1, new float[] {1, 0, 0, 1}, 2, 2);
    Tensor first = tensor(2, new float[] {10, 20}, 2);
    Tensor second = tensor(3, new float[] {-1, -2}, 2);
    Tensor out = tensor(4, 1, 2);
    Tensor sum = tensor(5, new float[] {100, 50}, 1, 2);
    run(
        ops -> {
          ops.matmulBias(out, in, weight, first);
          ops.matmulBiasAdd(sum, in, weight, second);
        });
    assertArrayEquals(new float[] {11, 22}, read(out));
    assertArrayEquals(new float[] {100, 50}, read(sum));
  }

  /** 1 + 2⁻⁸ alone would be rounded to 1, and with the bias then to 1 + 2⁻⁸ and to 1 again. */
  @Test
  void productAndBiasAreRoundedOnce() {
    float half = 1f / 256;
    Tensor in = tensor(0, new float[] {1, 1}, 1, 2);
    Tensor weight = tensor(1, new float[] {1, half}, 1, 2);
    Tensor bias = tensor(2, new float[] {half}, 1);
    Tensor hidden = tensor(3, 1, 1);
    Tensor out = tensor(4, 1, 1);
    run(ops -> ops.matmulBiasGelu(out, hidden, in, weight, bias, Activation.GELU));
    assertArrayEquals(new float[] {1 + 2 * half}, read(hidden));
    assertEquals(List.of("gelu_erf_forward_bf16"), kernels());
    device.plainOps().matmulBiasGelu(out, hidden, in, weight, bias, Activation.GELU);
    assertArrayEquals(new float[] {1 + 2 * half}, read(hidden));
  }

  @Test
  void cublasComputesWhatThereIsNoAlgorithmFor() {
    products.refuse();
    Tensor in = tensor(0, new float[] {1, 2}, 1, 2);
    Tensor weight = tensor(1, new float[] {1, 0, 0, 1}, 2, 2);
    Tensor bias = tensor(2, new float[] {10, 20}, 2);
    Tensor out = tensor(3, 1, 2);
    Tensor sum = tensor(4, new float[] {100, 50}, 1, 2);
    run(
        ops -> {
          ops.matmulBias(out, in, weight, bias);
          ops.matmulBias(out, in, weight, bias);
          ops.matmulBiasAdd(sum, in, weight, bias);
        });
    assertArrayEquals(new float[] {11, 22}, read(out));
    assertArrayEquals(new float[] {111, 72}, read(sum));
    assertEquals(1, products.plans(), "and that is asked once");
    assertEquals(List.of(), products.products());
    assertEquals(
        List.of("residual_fill_bias_bf16", "residual_fill_bias_bf16", "residual_bias_bf16"),
        kernels());
  }

  @Test
  void thePlainOperationsDoWithoutIt() {
    products.clear();
    device.plainOps().matmulBias(tensor(3, 5, 8), tensor(0, 5, 16), tensor(1, 8, 16), tensor(2, 8));
    assertEquals(0, products.plans());
    assertTrue(device.fingerprint().contains("cublasLt 1"), device.fingerprint());
  }

  @Test
  void gradientsAreProductsToo() {
    Tensor dIn = tensor(0, 5, 16);
    Tensor dWeight = memory.tensor(SLOT, DType.FP32, 8, 16);
    Tensor dOut = tensor(3, 5, 8);
    run(ops -> ops.matmulBackward(dIn, dWeight, null, dOut, tensor(4, 5, 16), tensor(5, 8, 16)));
    assertEquals(
        List.of(new Product(16, 8, 5, false, 1), new Product(16, 5, 8, false, 0)),
        products.products());
  }
}
