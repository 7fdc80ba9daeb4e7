package palimpsest.ops.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.RandomStream;
import palimpsest.base.UserException;

class BenchComparisonTest {
  private static final double TOLERANCE = 0.03;
  private static final int ROUNDS = 6;

  @TempDir private Path folder;

  /** What is planted into a hundred figures of this noise, and what most of them must be called. */
  @ParameterizedTest
  @CsvSource({
    "1.00, 0.003, same",
    "1.01, 0.003, same",
    "1.05, 0.003, slower",
    "1.20, 0.003, slower",
    "0.95, 0.003, faster",
    "0.80, 0.003, faster",
    "1.01, 0.030, ambiguous",
    "1.05, 0.030, ambiguous",
    "1.20, 0.030, slower",
    "0.80, 0.030, faster"
  })
  void whatIsPlantedIsFound(double planted, double noise, String verdict) throws IOException {
    int figures = 100;
    RandomGenerator random = RandomStream.of(1, "planted");
    Path before = kernels("before", figures, 1, noise, random);
    Path after = kernels("after", figures, planted, noise, random);
    BenchComparison comparison = BenchComparison.of(before, after, TOLERANCE);
    long right =
        comparison.rows().stream().filter(row -> row.verdict().word().equals(verdict)).count();
    assertTrue(right >= 90, right + " of " + figures + " are " + verdict);
  }

  /** Nothing that did not change may be called a change, however noisy it is. */
  @ParameterizedTest
  @CsvSource({"0.003", "0.03", "0.3"})
  void noiseIsNoChange(double noise) throws IOException {
    RandomGenerator random = RandomStream.of(2, "planted");
    Path before = kernels("before", 500, 1, noise, random);
    Path after = kernels("after", 500, 1, noise, random);
    BenchComparison comparison = BenchComparison.of(before, after, TOLERANCE);
    assertTrue(comparison.count(Verdict.SLOWER) <= 2, comparison.table());
    assertTrue(comparison.count(Verdict.FASTER) <= 2, comparison.table());
  }

  @ParameterizedTest
  @CsvSource({"thrpt, 0.8, slower", "avgt, 1.25, slower", "thrpt, 1.25, faster", "avgt, 1.0, same"})
  void jmhSaysWhatIsBetterByItsMode(String mode, double factor, String verdict) throws IOException {
    Path before = jmh("before", mode, 100);
    Path after = jmh("after", mode, 100 * factor);
    BenchComparison comparison = BenchComparison.of(before, after, TOLERANCE);
    assertEquals(verdict, comparison.rows().getFirst().verdict().word());
    assertEquals("Work.run {\"n\":\"3\"}", comparison.rows().getFirst().name());
  }

  @Test
  void figuresOfOneFileAloneAreNamed() throws IOException {
    RandomGenerator random = RandomStream.of(3, "planted");
    Path before = kernels("before", 3, 1, 0.01, random);
    Path after = kernels("after", 2, 1, 0.01, random);
    BenchComparison comparison = BenchComparison.of(before, after, TOLERANCE);
    assertEquals(2, comparison.rows().size());
    assertEquals("gelu/backward 2 cold: only in " + before, comparison.missing().getFirst());
  }

  @Test
  void whatWasNotMeasuredAlikeIsNotCompared() throws IOException {
    RandomGenerator random = RandomStream.of(4, "planted");
    Path before = kernels("before", 1, 1, 0.01, random);
    Path after = folder.resolve("other.json");
    Files.writeString(after, Files.readString(before).replace("\"fp32\"", "\"bf16\""));
    assertEquals(
        "%s and %s cannot be compared: their dtype differs, fp32 and bf16".formatted(before, after),
        mistake(before, after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {} | is no recording of 'kernels bench', 'profile' or JMH (-rf json)
          [] | is no recording of 'kernels bench', 'profile' or JMH (-rf json)
          """)
  void anotherFileIsAMistake(String text, String line) throws IOException {
    Path file = Files.writeString(folder.resolve("file.json"), text);
    assertEquals(file + " " + line, mistake(file, file));
  }

  @Test
  void aFileThatIsNotThereIsAMistake() {
    Path file = folder.resolve("none.json");
    assertTrue(mistake(file, file).startsWith(file + ": cannot be read"), mistake(file, file));
  }

  private static String mistake(Path before, Path after) {
    return assertThrows(UserException.class, () -> BenchComparison.of(before, after, TOLERANCE))
        .getMessage();
  }

  /** Rounds whose medians are about {@code median}, spread by a share of it. */
  private Path kernels(
      String name, int figures, double median, double noise, RandomGenerator random)
      throws IOException {
    String rows =
        IntStream.range(0, figures)
            .mapToObj(i -> figure(i, median, noise, random))
            .collect(Collectors.joining(","));
    return Files.writeString(
        folder.resolve(name + ".json"),
        """
        {"schema": "palimpsest-kernels-bench/1", "shape": {"B": 1},
         "machine": {"device": {"kind": "cpu", "name": "x", "lanes": 1}, "dtype": "fp32"},
         "figures": [%s]}
        """
            .formatted(rows));
  }

  private static String figure(int index, double median, double noise, RandomGenerator random) {
    double[] rounds =
        IntStream.range(0, ROUNDS)
            .mapToDouble(_ -> median * Math.exp(noise * random.nextGaussian()))
            .sorted()
            .toArray();
    return """
        {"name": "gelu/backward %d", "cache": "cold", "time": {"median": %s, "low": %s, "high": %s}}
        """
        .formatted(index, (rounds[2] + rounds[3]) / 2, rounds[0], rounds[ROUNDS - 1]);
  }

  private Path jmh(String name, String mode, double score) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".json"),
        """
        [{"benchmark": "Work.run", "mode": "%s", "params": {"n": "3"},
          "primaryMetric": {"rawData": [[%s, %s, %s], [%s, %s]]}}]
        """
            .formatted(mode, score, 1.001 * score, 0.999 * score, score, score));
  }
}
