package palimpsest.ops.work;

import java.util.List;
import java.util.Optional;
import palimpsest.ops.DType;

/**
 * How fast a machine can be at most.
 *
 * @param source where the numbers come from: a data sheet, or what was measured
 * @param bytesPerSecond between memory and processor, reads and writes together
 * @param flopsPerSecond of matrix products
 * @param exponentialsPerSecond of {@code exp} in fp32
 */
public record Ceilings(
    String source, double bytesPerSecond, double flopsPerSecond, double exponentialsPerSecond) {
  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;

  /** Exponentials a clock and multiprocessor, from 8.0 on (CUDA Programming Guide, throughput). */
  private static final double EXPONENTIALS_A_CLOCK = 16;

  /**
   * What NVIDIA's data sheets say of a card, dense products. fp32 is that of the CUDA cores: TF32
   * is another dtype.
   */
  private record Sheet(
      String name,
      double terabytes,
      double bf16Teraflops,
      double fp32Teraflops,
      int multiprocessors,
      double gigahertz) {
    Ceilings in(DType dtype) {
      double teraflops = dtype == DType.BF16 ? bf16Teraflops : fp32Teraflops;
      return new Ceilings(
          name + ", data sheet",
          terabytes * TERA,
          teraflops * TERA,
          EXPONENTIALS_A_CLOCK * multiprocessors * gigahertz * GIGA);
    }
  }

  /** The longer names first, for a card is known by how its name begins. */
  private static final List<Sheet> SHEETS =
      List.of(
          new Sheet("NVIDIA H100 PCIe", 2.0, 756, 51, 114, 1.755),
          new Sheet("NVIDIA H100", 3.35, 989, 67, 132, 1.83),
          new Sheet("NVIDIA H200", 4.8, 989, 67, 132, 1.83),
          new Sheet("NVIDIA A100-SXM4-40GB", 1.555, 312, 19.5, 108, 1.41),
          new Sheet("NVIDIA A100", 2.039, 312, 19.5, 108, 1.41),
          new Sheet("NVIDIA GeForce RTX 4090", 1.008, 165.2, 82.6, 128, 2.52));

  /** The card that floors are printed for where there is none to ask. */
  public static final String USUAL_CARD = "NVIDIA H100";

  /** A card's data sheet, by the name the driver gives it; empty for a card not listed. */
  public static Optional<Ceilings> ofCard(String name, DType dtype) {
    return SHEETS.stream()
        .filter(sheet -> name.startsWith(sheet.name))
        .findFirst()
        .map(sheet -> sheet.in(dtype));
  }

  /** The cards that are listed. */
  public static List<String> cards() {
    return SHEETS.stream().map(Sheet::name).toList();
  }
}
