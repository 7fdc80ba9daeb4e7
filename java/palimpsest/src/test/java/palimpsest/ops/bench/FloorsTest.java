package palimpsest.ops.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.DType;
import palimpsest.ops.bench.KernelList.Row;
import palimpsest.ops.work.ModelShape;

/** The floors that are printed, against counts made by hand. */
class FloorsTest {
  /**
   * N = 96 · 512 = 49152 rows in bf16 (E = 2). By hand for Pythia-160M, C = 768: q, k, v and the
   * output are 4 E N C = 301,989,888 bytes and a float a row and head 2,359,296; its FLOPs are 2 ·
   * 96 · 12 · 512² · 64. The optimiser moves 34 bytes of each of 2 V C + L (12 C² + 13 C) + 2 C =
   * 162,322,944 parameters. The others by the same arithmetic.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pythia-70m | attentionForward | 202899456 | 25769803776
          pythia-70m | attentionBackward | 404226048 | 64424509440
          pythia-70m | layerNormForward | 101056512 | 201326592
          pythia-70m | layerNormPairForward | 151388160 | 251658240
          pythia-70m | layerNormBackward | 201719808 | 402653184
          pythia-70m | layerNormPairBackward | 252051456 | 704643072
          pythia-70m | matmulBias qkv | 202899456 | 77384908800
          pythia-70m | matmulBiasGelu mlp up | 455081984 | 104186511360
          pythia-70m | matmulBackward mlp down | 463470592 | 206183596032
          pythia-70m | matmul head | 5046927360 | 2531883220992
          pythia-70m | geluBackward | 603979776 | 1610612736
          pythia-70m | embeddingForward | 100859904 | 0
          pythia-70m | embeddingBackward | 251854848 | 25165824
          pythia-70m | crossEntropyForwardBackward | 9890562048 | 12362711040
          pythia-70m | adamw | 2394505216 | 1056399360
          pythia-160m | attentionForward | 304349184 | 38654705664
          pythia-160m | attentionBackward | 606339072 | 96636764160
          pythia-160m | layerNormForward | 151388160 | 301989888
          pythia-160m | layerNormPairForward | 226885632 | 377487360
          pythia-160m | layerNormBackward | 302383104 | 603979776
          pythia-160m | layerNormPairBackward | 377880576 | 1056964608
          pythia-160m | rmsNormForward | 151191552 | 188743680
          pythia-160m | rmsNormBackward | 302186496 | 415236096
          pythia-160m | matmulBias qkv | 305528832 | 174059421696
          pythia-160m | matmulBiasGelu mlp up | 684195840 | 233589178368
          pythia-160m | matmulBackward mlp down | 703070208 | 463894216704
          pythia-160m | matmul head | 5097848832 | 3797824831488
          pythia-160m | geluBackward | 905969664 | 2415919104
          pythia-160m | geluBackward tanh | 905969664 | 2415919104
          pythia-160m | embeddingForward | 151191552 | 0
          pythia-160m | embeddingBackward | 377683968 | 37748736
          pythia-160m | crossEntropyForwardBackward | 9890562048 | 12362711040
          pythia-160m | adamw | 5518980096 | 2434844160
          pythia-410m | attentionForward | 405798912 | 51539607552
          pythia-410m | attentionBackward | 808452096 | 128849018880
          pythia-410m | layerNormForward | 201719808 | 402653184
          pythia-410m | layerNormPairForward | 302383104 | 503316480
          pythia-410m | layerNormBackward | 403046400 | 805306368
          pythia-410m | layerNormPairBackward | 503709696 | 1409286144
          pythia-410m | matmulBias qkv | 408944640 | 309388640256
          pythia-410m | matmulBiasGelu mlp up | 914358272 | 414531452928
          pythia-410m | matmulBackward mlp down | 947912704 | 824684052480
          pythia-410m | matmul head | 5148770304 | 5063766441984
          pythia-410m | geluBackward | 1207959552 | 3221225472
          pythia-410m | embeddingForward | 201523200 | 0
          pythia-410m | embeddingBackward | 503513088 | 50331648
          pythia-410m | crossEntropyForwardBackward | 9890562048 | 12362711040
          pythia-410m | adamw | 13781356544 | 6080010240
          """)
  void bytesAndFlopsOfACall(String model, String operation, double bytes, double flops) {
    Row row = row(model, operation, DType.BF16);
    assertEquals(bytes, row.bytes());
    assertEquals(flops, row.flops());
  }

  /** Microseconds on an H100: 3.35 TB/s; 989 TFLOP/s for the last two, 67 for fp32 products. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          attentionForward | BF16 | 90.9 | memory
          layerNormForward | BF16 | 45.2 | memory
          layerNormPairForward | BF16 | 67.7 | memory
          layerNormBackward | BF16 | 90.3 | memory
          geluBackward | BF16 | 270.4 | memory
          crossEntropyForwardBackward | BF16 | 2952.4 | memory
          layerNormForward | FP32 | 90.3 | memory
          attentionForward | FP32 | 576.9 | arithmetic
          matmulBias qkv | BF16 | 176.0 | arithmetic
          matmul head | BF16 | 3840.1 | arithmetic
          matmul head | FP32 | 56683.9 | arithmetic
          """)
  void theLeastTimeOnACard(String operation, DType dtype, double microseconds, String bound) {
    Row row = row("pythia-160m", operation, dtype);
    assertEquals(microseconds, row.floorSeconds() * 1e6, 0.001 * microseconds);
    assertEquals(bound, row.bound());
  }

  private static Row row(String model, String operation, DType dtype) {
    return KernelList.of(ModelShape.named(model), dtype, List.of(), "NVIDIA H100", "all")
        .operations()
        .stream()
        .filter(row -> (row.operation() + " " + row.role()).strip().equals(operation))
        .findFirst()
        .orElseThrow();
  }
}
