package palimpsest.ops.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import palimpsest.ops.Activation;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;
import palimpsest.ops.TestDevices;
import palimpsest.ops.check.Bench;
import palimpsest.ops.reference.ReferenceAttention;

/**
 * What the fast kernels come to beside their plain twins on the same device, and the same bits
 * twice.
 */
@EnabledIf("onCuda")
@Tag(TestDevices.CONTRACT)
class TwinsTest {
  /** Two roundings to bf16, and one of what was rounded on the way. */
  private static final double BF16 = 3.0 / 256;

  private static final double FP32 = 2e-6;

  static boolean onCuda() {
    return !TestDevices.DEVICE.equals("cpu");
  }

  /** Computes something on the bench's tensors by some operations; the same inputs each time. */
  private interface Computed {
    Tensor[] by(Ops ops, Bench bench);
  }

  private static void compare(DType dtype, double tolerance, Computed computed) {
    try (CudaDevice device = (CudaDevice) TestDevices.open(dtype)) {
      double[][] fast = values(device, computed, false);
      double[][] again = values(device, computed, false);
      double[][] plain = values(device, computed, true);
      for (int i = 0; i < fast.length; i++) {
        assertClose("output " + i, tolerance, plain[i], fast[i]);
        assertArrayEquals(fast[i], again[i], "the same bits twice");
      }
    }
  }

  private static double[][] values(CudaDevice device, Computed computed, boolean plain) {
    RandomGenerator random = new Random(1);
    try (Bench bench = new Bench(device, random)) {
      Tensor[] outputs = computed.by(plain ? device.plainOps() : bench.ops(), bench);
      double[][] values = new double[outputs.length][];
      for (int i = 0; i < outputs.length; i++) {
        values[i] = bench.read(outputs[i]);
      }
      return values;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 16, 4",
    "2, 64, 2, 16, 16",
    "1, 130, 1, 32, 8",
    "1, 300, 2, 64, 16",
    "1, 128, 1, 64, 0",
    "1, 97, 1, 128, 32",
    "1, 70, 3, 40, 20"
  })
  void attention(int batch, int time, int heads, int size, int rotary) {
    AttentionShape shape = new AttentionShape(batch, time, heads, size, rotary);
    compare(
        DType.BF16,
        BF16,
        (ops, bench) -> {
          int rows = batch * time;
          int width = shape.width();
          double[] angles = ReferenceAttention.rotations(time, rotary, 10_000);
          Tensor table = bench.inputFp32(angles, time, rotary);
          Tensor qkv = bench.changed(bench.normal(rows * 3 * width), rows, 3 * width);
          Tensor dOut = bench.input(bench.normal(rows * width), rows, width);
          Tensor out = bench.poisoned(rows, width);
          Tensor kept = bench.kept(shape);
          Tensor dQkv = bench.poisoned(rows, 3 * width);
          ops.attentionForward(out, kept, qkv, table, shape);
          ops.attentionBackward(dQkv, dOut, out, qkv, kept, table, bench.scratch(shape), shape);
          return new Tensor[] {out, kept, dQkv};
        });
  }

  private static double tolerance(DType dtype) {
    return dtype == DType.BF16 ? BF16 : FP32;
  }

  @ParameterizedTest
  @CsvSource({"FP32, 5, 8", "BF16, 131, 64", "BF16, 130, 264", "FP32, 129, 768", "BF16, 9, 2048"})
  void layerNormPair(DType dtype, int rows, int width) {
    compare(
        dtype,
        tolerance(dtype),
        (ops, bench) -> {
          Tensor in = bench.input(bench.normal(rows * width), rows, width);
          Tensor[] w = new Tensor[4];
          for (int i = 0; i < 4; i++) {
            w[i] = bench.input(bench.normal(width), width);
          }
          Tensor out1 = bench.poisoned(rows, width);
          Tensor out2 = bench.poisoned(rows, width);
          Tensor mean = bench.poisonedFp32(rows);
          Tensor rstd = bench.poisonedFp32(rows);
          ops.layerNormPairForward(out1, out2, mean, rstd, in, w[0], w[1], w[2], w[3], 1e-5f);
          Tensor d1 = bench.input(bench.normal(rows * width), rows, width);
          Tensor d2 = bench.input(bench.normal(rows * width), rows, width);
          Tensor dIn = bench.changed(bench.normal(rows * width), rows, width);
          Tensor[] d = new Tensor[4];
          for (int i = 0; i < 4; i++) {
            d[i] = bench.changedFp32(bench.normal(width), width);
          }
          ops.layerNormPairBackward(
              dIn, d[0], d[1], d[2], d[3], d1, d2, in, w[0], w[2], mean, rstd);
          return new Tensor[] {out1, out2, mean, rstd, dIn, d[0], d[1], d[2], d[3]};
        });
  }

  /** Without the input's gradient those of the parameters have the same bits. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void parametersAlone(DType dtype) {
    int rows = 300;
    int width = 72;
    Computed whole = (ops, bench) -> parameters(ops, bench, rows, width, true);
    Computed alone = (ops, bench) -> parameters(ops, bench, rows, width, false);
    try (CudaDevice device = (CudaDevice) TestDevices.open(dtype)) {
      double[][] first = values(device, whole, false);
      double[][] second = values(device, alone, false);
      for (int i = 0; i < first.length; i++) {
        assertArrayEquals(first[i], second[i]);
      }
    }
  }

  private static Tensor[] parameters(Ops ops, Bench bench, int rows, int width, boolean withInput) {
    Tensor in = bench.input(bench.normal(rows * width), rows, width);
    Tensor weight = bench.input(bench.normal(width), width);
    Tensor d1 = bench.input(bench.normal(rows * width), rows, width);
    Tensor d2 = bench.input(bench.normal(rows * width), rows, width);
    Tensor mean = bench.inputFp32(bench.normal(rows), rows);
    Tensor rstd = bench.inputFp32(bench.normal(rows), rows);
    Tensor dIn = withInput ? bench.changed(bench.normal(rows * width), rows, width) : null;
    Tensor[] d = new Tensor[4];
    for (int i = 0; i < 4; i++) {
      d[i] = bench.changedFp32(new double[width], width);
    }
    ops.layerNormPairBackward(dIn, d[0], d[1], d[2], d[3], d1, d2, in, weight, weight, mean, rstd);
    return d;
  }

  @ParameterizedTest
  @CsvSource({"FP32, 7, 12", "BF16, 300, 136", "FP32, 260, 260", "BF16, 3, 3072"})
  void gelu(DType dtype, int rows, int width) {
    for (Activation form : Activation.values()) {
      gelu(dtype, rows, width, form);
    }
  }

  private static void gelu(DType dtype, int rows, int width, Activation form) {
    compare(
        dtype,
        tolerance(dtype),
        (ops, bench) -> {
          Tensor hidden = bench.input(bench.normal(rows * width), rows, width);
          Tensor d = bench.changed(bench.normal(rows * width), rows, width);
          Tensor dBias = bench.changedFp32(bench.normal(width), width);
          ops.geluBackward(d, hidden, dBias, form);
          return new Tensor[] {d, dBias};
        });
  }

  /** cublasLt with biases in its epilogue beside cuBLAS with passes for them. */
  @ParameterizedTest
  @CsvSource({"FP32, 7, 12, 5", "BF16, 300, 136, 40", "BF16, 1, 7, 9", "FP32, 65, 64, 256"})
  void products(DType dtype, int rows, int inputs, int outputs) {
    compare(
        dtype,
        tolerance(dtype),
        (ops, bench) -> {
          Tensor in = bench.input(bench.normal(rows * inputs), rows, inputs);
          Tensor weight = bench.input(bench.normal(outputs * inputs), outputs, inputs);
          Tensor bias = bench.input(bench.normal(outputs), outputs);
          Tensor out = bench.poisoned(rows, outputs);
          Tensor plain = bench.poisoned(rows, outputs);
          Tensor sum = bench.changed(bench.normal(rows * outputs), rows, outputs);
          Tensor hidden = bench.poisoned(rows, outputs);
          Tensor activated = bench.poisoned(rows, outputs);
          ops.matmul(plain, in, weight);
          ops.matmulBias(out, in, weight, bias);
          ops.matmulBiasAdd(sum, in, weight, bias);
          ops.matmulBiasGelu(activated, hidden, in, weight, bias, Activation.GELU);
          Tensor dOut = bench.input(bench.normal(rows * outputs), rows, outputs);
          Tensor dIn = bench.poisoned(rows, inputs);
          Tensor dWeight = bench.changedFp32(bench.normal(outputs * inputs), outputs, inputs);
          Tensor dBias = bench.changedFp32(bench.normal(outputs), outputs);
          ops.matmulBackward(dIn, dWeight, dBias, dOut, in, weight);
          return new Tensor[] {plain, out, sum, hidden, activated, dIn, dWeight, dBias};
        });
  }

  @ParameterizedTest
  @CsvSource({
    "FP32, 3, 4",
    "BF16, 5, 64",
    "BF16, 2, 8192",
    "FP32, 2, 50304",
    "BF16, 3, 697",
    "FP32, 3, 101"
  })
  void crossEntropy(DType dtype, int rows, int vocabulary) {
    compare(
        dtype,
        tolerance(dtype),
        (ops, bench) -> {
          double[] values = bench.normal(rows * vocabulary);
          Tensor targets = bench.integers(bench.integersBelow(vocabulary, rows));
          Tensor losses = bench.poisonedFp32(rows);
          Tensor logits = bench.logits(values, rows, vocabulary);
          ops.crossEntropyForwardBackward(logits, losses, targets, 0.25f);
          return new Tensor[] {losses, logits};
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void rows(DType dtype) {
    int width = 136;
    compare(
        dtype,
        0,
        (ops, bench) -> {
          Tensor in = bench.input(bench.normal(9 * width), 9, width);
          Tensor which = bench.integers(7, 0, 3);
          Tensor some = bench.poisoned(3, width);
          Tensor back = bench.poisoned(9, width);
          Tensor sum = bench.changed(bench.normal(9 * width), 9, width);
          ops.gatherRows(some, in, which);
          ops.scatterRows(back, some, which);
          ops.add(sum, in);
          ops.copy(back, in);
          Tensor looked = bench.poisoned(3, width);
          ops.embeddingForward(looked, in, which);
          return new Tensor[] {some, back, sum, looked};
        });
  }
}
