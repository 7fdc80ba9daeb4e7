package palimpsest.io.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecordRoundTripTest {
  public record Inner(double real, boolean truth, @About("a comment") List<String> words) {}

  public record Outer(int whole, long large, String word, @Flat Inner flat, Section section) {}

  public record Section(@About("numbers") List<Double> reals, String lastWord) {}

  private static final String ALPHABET = "abz09 :#-[]{},&*!|>'\"%@`\\\n\t\u0085é\u2028😀~=?.";

  @Test
  void whateverIsWrittenIsReadBackEqual() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      Outer written =
          new Outer(
              random.nextInt(),
              random.nextLong(),
              word(random),
              new Inner(real(random), random.nextBoolean(), List.of(word(random), word(random))),
              new Section(List.of(real(random), real(random)), word(random)));
      String text = RecordWriter.write(written, List.of("heading"));
      assertEquals(
          written, RecordReader.read(Outer.class, YamlReader.readMapping("f", text)).value(), text);
    }
  }

  @Test
  void wordsThatLookLikeSomethingElseStayWords() {
    for (String word : List.of("true", "null", "~", "1", "1e5", "no", "-", "a: b", "- a", "#")) {
      Section written = new Section(List.of(0.0, -0.5, 1e-6, 1e300, 4.9e-324, 100000.0), word);
      String text = RecordWriter.write(written, List.of());
      assertEquals(
          written,
          RecordReader.read(Section.class, YamlReader.readMapping("f", text)).value(),
          text);
    }
  }

  @Test
  void commentsStandBesideTheKeys() {
    String text = RecordWriter.write(new Section(List.of(1e-6, 0.25, 128.0), "x"), List.of("Hm."));
    assertEquals(
        """
        # Hm.
        reals: [1.0e-6, 0.25, 128]    # numbers
        last_word: x
        """,
        text);
  }

  private static double real(Random random) {
    double value = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(value) ? value : random.nextGaussian();
  }

  /** Never blank: a word of nothing is refused. */
  private static String word(Random random) {
    int[] alphabet = ALPHABET.codePoints().toArray();
    int[] drawn =
        IntStream.range(0, random.nextInt(12))
            .map(_ -> alphabet[random.nextInt(alphabet.length)])
            .toArray();
    return "x" + new String(drawn, 0, drawn.length);
  }
}
