package palimpsest.ops.check;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.Tolerance;

/**
 * Tensor-core products, matrix loads, asynchronous copies and shuffles, through the kernels of
 * {@code primitives.cu}: each takes 1024 bf16 numbers of at most 1 and gives 256 fp32 ones, with
 * one warp.
 */
final class PrimitiveChecks {
  static final String FAMILY = "primitives";

  private static final int INPUTS = 1024;
  private static final int OUTPUTS = 256;
  private static final int WARP = 32;
  private static final int SHARED_BYTES = 2048;

  private PrimitiveChecks() {}

  static List<Check> all() {
    Stream<Check> products =
        Stream.of(check("mma", "m16n8k16", Tolerance.MMA, PrimitiveChecks::mma));
    Stream<Check> loads =
        Stream.of(1, 2, 4)
            .flatMap(
                n ->
                    Stream.of(
                        exact("ldmatrix_x" + n, "8x8", in -> Arrays.copyOf(in, OUTPUTS)),
                        exact(
                            "ldmatrix_x%d_trans".formatted(n),
                            "8x8",
                            PrimitiveChecks::transposed)));
    Stream<Check> copies =
        Stream.of(4, 8, 16)
            .map(
                bytes ->
                    exact("copy_async_" + bytes, bytes + " bytes", in -> copied(in, bytes / 2)));
    Stream<Check> shuffles = Stream.of(exact("shuffle", "32 lanes", PrimitiveChecks::shuffled));
    return Stream.of(products, loads, copies, shuffles).flatMap(checks -> checks).toList();
  }

  private static Check exact(String name, String shape, UnaryOperator<double[]> expected) {
    return check(name, shape, Tolerance.COPY, expected);
  }

  private static Check check(
      String name, String shape, Tolerance tolerance, UnaryOperator<double[]> expected) {
    return Check.ofKernels(
        FAMILY,
        shape,
        trial -> {
          double[] in =
              Arrays.stream(trial.normal(INPUTS)).map(x -> Math.clamp(x, -1, 1)).toArray();
          Tensor out = trial.poisonedFp32(OUTPUTS);
          Tensor itsOwnLoop = trial.poisonedFp32(OUTPUTS);
          trial
              .kernel("primitives_%s_bf16".formatted(name))
              .put(out)
              .put(itsOwnLoop)
              .put(trial.input(in, INPUTS))
              .launch(1, 1, 1, WARP, 1, SHARED_BYTES);
          trial.compare(name, tolerance, expected.apply(in), out);
        });
  }

  /** Two products {@code D[16, 8] = A[16, 16] · B[16, 8] + C[16, 8]}; A, B, C lie in a row. */
  private static double[] mma(double[] in) {
    double[] out = new double[OUTPUTS];
    for (int i = 0; i < OUTPUTS; i++) {
      int a = i / 128 * 512;
      int b = a + 256;
      int c = b + 128;
      int row = i % 128 / 8;
      int column = i % 8;
      out[i] = in[c + row * 8 + column];
      for (int k = 0; k < 16; k++) {
        out[i] += in[a + row * 16 + k] * in[b + k * 8 + column];
      }
    }
    return out;
  }

  /** Four matrices of 8 × 8, each transposed. */
  private static double[] transposed(double[] in) {
    double[] out = new double[OUTPUTS];
    for (int i = 0; i < OUTPUTS; i++) {
      out[i] = in[i / 64 * 64 + i % 8 * 8 + i % 64 / 8];
    }
    return out;
  }

  /**
   * The first 256 backwards, of which every seventh copy was told that nothing is there, and the
   * next 256 backwards, added.
   *
   * @param atOnce elements of a copy
   */
  private static double[] copied(double[] in, int atOnce) {
    double[] out = new double[OUTPUTS];
    for (int i = 0; i < OUTPUTS; i++) {
      int other = OUTPUTS - 1 - i;
      double first = other / atOnce % 7 != 3 ? in[other] : 0;
      out[i] = (float) (first + in[OUTPUTS + other]);
    }
    return out;
  }

  /** Eight exchanges of the first 32 numbers, one a lane. */
  private static double[] shuffled(double[] in) {
    double[] out = new double[OUTPUTS];
    double[] mine = Arrays.copyOf(in, WARP);
    boolean any = Arrays.stream(mine).anyMatch(x -> x < 0);
    boolean all = Arrays.stream(mine).allMatch(x -> x < 0);
    for (int lane = 0; lane < WARP; lane++) {
      double[] got = {
        mine[lane ^ 5],
        mine[lane >= 3 ? lane - 3 : lane],
        mine[lane + 7 < WARP ? lane + 7 : lane],
        mine[(lane * 11 + 2) % WARP],
        mine[lane % 8 + 2 < 8 ? lane + 2 : lane],
        mine[lane / 4 * 4 + 1],
        mine[lane] < 0 ? 1 : 0,
        (any ? 2 : 0) + (all ? 1 : 0)
      };
      for (int exchange = 0; exchange < got.length; exchange++) {
        out[exchange * WARP + lane] = got[exchange];
      }
    }
    return out;
  }
}
