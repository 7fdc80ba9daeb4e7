package palimpsest.ops.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.CudaDrivers;
import palimpsest.ops.DType;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;
import palimpsest.ops.TestDevices;
import palimpsest.ops.reference.BFloat16;
import palimpsest.ops.reference.ReferenceLayerNorm;
import palimpsest.ops.reference.ReferenceSoftmax;

/** Kernels that no operation launches yet, and what only a CUDA device does. */
@EnabledIf("onCuda")
@Tag(TestDevices.CONTRACT)
class KernelsTest {
  private final List<DeviceMemory> blocks = new ArrayList<>();
  private final Random random = new Random(1);
  private CudaDevice device;
  private Ops ops;

  static boolean onCuda() {
    return !TestDevices.DEVICE.equals("cpu");
  }

  @BeforeEach
  void open() {
    // Not where the field is: of a test that is skipped an instance is made, too, and never closed.
    device = (CudaDevice) TestDevices.open(DType.BF16);
    device.onEachLane((lane, itsOps) -> ops = itsOps);
  }

  @AfterEach
  void close() {
    blocks.forEach(DeviceMemory::close);
    device.close();
  }

  private double[] normal(int size) {
    return BFloat16.rounded(DoubleStream.generate(random::nextGaussian).limit(size).toArray());
  }

  private Tensor tensor(DType dtype, double[] values, int... shape) {
    DeviceMemory memory = device.allocate((long) values.length * dtype.bytes(), "a test");
    blocks.add(memory);
    Tensor tensor = memory.tensor(0, dtype, shape);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    if (dtype == DType.FP32) {
      device.write(tensor, floats);
    } else {
      ops.copy(tensor, tensor(DType.FP32, values, shape));
    }
    return tensor;
  }

  private Tensor integers(int... values) {
    DeviceMemory memory = device.allocate((long) values.length * Integer.BYTES, "a test");
    blocks.add(memory);
    Tensor tensor = memory.tensor(0, DType.INT32, values.length);
    device.write(tensor, values, 0, values.length);
    return tensor;
  }

  private double[] read(Tensor tensor) {
    float[] floats = new float[Math.toIntExact(tensor.size())];
    device.read(tensor, floats, floats.length);
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  private Kernel kernel(String name, DType dtype) {
    return device.kernels().kernel(name + (dtype == DType.BF16 ? "_bf16" : "_fp32"));
  }

  private static double tolerance(DType dtype) {
    return dtype == DType.BF16 ? 3.0 / 512 : 1e-6;
  }

  @ParameterizedTest
  @CsvSource({"3, 7, FP32", "17, 100, BF16", "300, 33, FP32", "513, 65, BF16"})
  void pairBackward(int rows, int width, DType dtype) {
    double[] in = normal(rows * width);
    double[][] dOut = {normal(rows * width), normal(rows * width)};
    double[][] weight = {normal(width), normal(width)};
    double[] before = normal(rows * width);
    var first = ReferenceLayerNorm.backward(dOut[0], in, weight[0], 1e-5);
    var second = ReferenceLayerNorm.backward(dOut[1], in, weight[1], 1e-5);
    Tensor x = tensor(dtype, in, rows, width);
    Tensor mean = tensor(DType.FP32, ReferenceLayerNorm.means(in, width), rows);
    Tensor rstd = tensor(DType.FP32, ReferenceLayerNorm.inverseDeviations(in, width, 1e-5), rows);
    Tensor d1 = tensor(dtype, dOut[0], rows, width);
    Tensor d2 = tensor(dtype, dOut[1], rows, width);

    Tensor dIn = tensor(dtype, before, rows, width);
    kernel("layernorm_pair_backward_input", dtype)
        .put(dIn)
        .put(d1)
        .put(d2)
        .put(x)
        .put(tensor(dtype, weight[0], width))
        .put(tensor(dtype, weight[1], width))
        .put(mean)
        .put(rstd)
        .put((long) rows)
        .put(width)
        .launchWarps(rows);
    double[] expected = new double[in.length];
    Arrays.setAll(expected, i -> before[i] + first.in()[i] + second.in()[i]);
    assertClose("dIn", tolerance(dtype), expected, read(dIn));

    int parts = Kernel.blocks(rows, Kernel.ROWS_A_PART);
    Tensor partials = tensor(DType.FP32, new double[parts * 4 * width], parts, 4, width);
    kernel("layernorm_pair_backward_parameters", dtype)
        .put(partials)
        .put(d1)
        .put(d2)
        .put(x)
        .put(mean)
        .put(rstd)
        .put((long) rows)
        .put(width)
        .launchColumns(width, parts);
    Tensor[] sums = new Tensor[4];
    Arrays.setAll(sums, i -> tensor(DType.FP32, new double[width], width));
    kernel("layernorm_sum_parameters", DType.FP32)
        .put(sums[0])
        .put(sums[1])
        .put(sums[2])
        .put(sums[3])
        .put(partials)
        .put(parts)
        .put(width)
        .launchColumns(width, 4);
    assertClose("dWeight1", 1e-6, first.weight(), read(sums[0]));
    assertClose("dBias1", 1e-6, first.bias(), read(sums[1]));
    assertClose("dWeight2", 1e-6, second.weight(), read(sums[2]));
    assertClose("dBias2", 1e-6, second.bias(), read(sums[3]));
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void aBranchWithItsBias(DType dtype) {
    double[] out = normal(5 * 33);
    double[] in = normal(5 * 33);
    double[] bias = normal(33);
    Tensor x = tensor(dtype, out, 5, 33);
    kernel("residual_bias_add", dtype)
        .put(x)
        .put(tensor(dtype, in, 5, 33))
        .put(tensor(dtype, bias, 33))
        .put(5L)
        .put(33)
        .launchRows(5, 33);
    double[] expected = new double[out.length];
    Arrays.setAll(expected, i -> out[i] + in[i] + bias[i % 33]);
    assertClose("out", tolerance(dtype), expected, read(x));
  }

  /** Rows without a target: no loss, no gradient, whatever their logits are. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void ignoredTargets(DType dtype) {
    int width = 41;
    double[] logits = normal(4 * width);
    logits[width] = Double.NaN;
    int[] targets = {3, -1, 40, -100};
    Tensor x = tensor(dtype, logits, 4, width);
    Tensor losses = tensor(DType.FP32, new double[] {9, 9, 9, 9}, 4);
    ops.crossEntropyForwardBackward(x, losses, integers(targets), 0.5f);
    double[] gradient = read(x);
    double[] loss = read(losses);
    for (int row = 0; row < 4; row++) {
      double[] own = Arrays.copyOfRange(logits, row * width, (row + 1) * width);
      double[] ownGradient = Arrays.copyOfRange(gradient, row * width, (row + 1) * width);
      if (targets[row] < 0) {
        assertEquals(0, loss[row]);
        assertArrayEquals(new double[width], ownGradient);
      } else {
        int[] target = {targets[row]};
        assertEquals(ReferenceSoftmax.losses(own, target)[0], loss[row], 1e-5);
        assertClose(
            "gradient",
            tolerance(dtype),
            ReferenceSoftmax.lossGradient(own, target, 0.5f),
            ownGradient);
      }
    }
    Tensor fresh = tensor(dtype, logits, 4, width);
    Tensor largest = integers(7, 7, 7, 7);
    ops.crossEntropy(losses, largest, fresh, integers(targets));
    assertEquals(0, read(losses)[1]);
    int[] indices = new int[4];
    device.read(largest, indices, 4);
    assertEquals(indexOfLargest(logits, 3 * width, width), indices[3]);
  }

  private static int indexOfLargest(double[] x, int first, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      best = x[first + i] > x[first + best] ? i : best;
    }
    return best;
  }

  /** Many segments, each of several blocks: every element is found, once. */
  @Test
  void theNormOfManySegments() {
    int n = 200_000;
    double[] x = normal(n);
    List<Segment> segments = new ArrayList<>();
    double expected = 0;
    for (int offset = 0, i = 0; offset < n; i++) {
      int length = Math.min(n - offset, 1 + random.nextInt(9000));
      segments.add(new Segment(offset, length, 1, true, i % 5 == 2));
      for (int e = offset; e < offset + length && i % 5 != 2; e++) {
        expected += x[e] * x[e];
      }
      offset += length;
    }
    try (SegmentTable table = device.segments(segments)) {
      double squares = ops.mergeGradients(table, tensor(DType.FP32, x, n), List.of());
      assertEquals(expected, squares, 1e-6 * expected);
    }
  }

  @Test
  void aFrozenModelHasNoNorm() {
    try (SegmentTable table = device.segments(List.of(new Segment(0, 10, 1, true, true)))) {
      assertEquals(0, ops.mergeGradients(table, integers(new int[10]), List.of()));
    }
  }

  @Test
  void aKernelThatIsNotThere() {
    var error =
        assertThrows(
            EnvironmentException.class, () -> device.kernels().kernel("gelu_of_everything"));
    assertTrue(error.getMessage().startsWith("kernel gelu_of_everything is not in the module"));
  }

  /** JCuda has no call that tells the parameters. */
  @Test
  @EnabledIf("throughFfm")
  void argumentsThatDoNotFit() {
    Kernel kernel = device.kernels().kernel("ranges_axpy_fp32");
    var error = assertThrows(IllegalStateException.class, () -> kernel.put(1));
    assertEquals(
        "argument 0 of ranges_axpy_fp32 has 4 bytes; its parameters have [8, 8, 4, 8]",
        error.getMessage());
  }

  static boolean throughFfm() {
    return TestDevices.DRIVER.equals(CudaDrivers.FFM);
  }
}
