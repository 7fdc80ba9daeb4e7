package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PretrainingStreamTest {
  private static final Population TINY = Population.generate(Fixtures.TINY, 1);
  private static final WordTokenizer WORDS = WordTokenizer.of(Fixtures.TINY, Fixtures.TINY_TEXTS);
  private static final List<Person> FEW = TINY.pretrained().subList(0, 20);
  private static final BiographySpec TWO = new BiographySpec(2, true, true, 20);

  @Test
  void biographiesAreAsLongAsMeasured() {
    assertEquals(66, tiny(1, false).tokensPerBiography(), 1);
    PretrainingStream small =
        new PretrainingStream(
            Population.generate(Fixtures.SMALL, 1).pretrained(),
            Fixtures.SMALL_TEXTS,
            WordTokenizer.of(Fixtures.SMALL, Fixtures.SMALL_TEXTS),
            1,
            8,
            128,
            false);
    assertEquals(66.5, small.tokensPerBiography(), 0.5);
    assertEquals(42, small.exposures(5500), 1);
    assertEquals(88, tiny(1, false).exposures(2800), 2);
  }

  @Test
  void vocabularyIsAsLargeAsMeasured() {
    assertEquals(690, WORDS.vocabulary(), 10);
  }

  @Test
  void anEpochHoldsEveryBiographyOnceInAnOrderOfItsOwn() {
    PretrainingStream stream = new PretrainingStream(FEW, TWO, WORDS, 5, 1, 4096, false);
    Biographies biographies = new Biographies(TWO);
    List<String> expected =
        FEW.stream()
            .flatMap(person -> biographies.fixed(person, 5).stream())
            .map(String::strip)
            .sorted()
            .toList();
    List<String> first = texts(stream.next());
    List<String> second = texts(stream.next());
    assertNotEquals(first, second);
    assertEquals(expected, first.stream().sorted().toList());
    assertEquals(expected, second.stream().sorted().toList());
  }

  /** The biographies of a whole epoch in one chunk; the padding gives empty ones. */
  private static List<String> texts(Batch epoch) {
    List<String> texts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < epoch.length(); i++) {
      if (epoch.tokens()[i] == WORDS.endOfText()) {
        texts.add(WORDS.decode(Arrays.copyOfRange(epoch.tokens(), start, i)));
        start = i + 1;
      }
    }
    texts.removeIf(String::isEmpty);
    return texts;
  }

  @Test
  void chunksAreTheStreamCutInPieces() {
    int[] whole = new PretrainingStream(FEW, TWO, WORDS, 5, 1, 4096, false).next().tokens();
    PretrainingStream stream = new PretrainingStream(FEW, TWO, WORDS, 5, 1, 32, false);
    int pieces = (int) ((stream.epochTokens() + 31) / 32);
    List<List<Integer>> expected = new ArrayList<>();
    List<List<Integer>> actual = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      expected.add(Arrays.stream(whole, piece * 32, piece * 32 + 32).boxed().toList());
      actual.add(Arrays.stream(stream.next().tokens()).boxed().toList());
    }
    assertNotEquals(expected, actual); // the chunks are shuffled
    assertEquals(counted(expected), counted(actual));
  }

  private static Map<List<Integer>, Long> counted(List<List<Integer>> chunks) {
    return chunks.stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  @Test
  void freshTextsDifferFromEpochToEpoch() {
    PretrainingStream stream = tiny(1, false);
    Set<List<Integer>> chunks = new HashSet<>();
    int taken = 0;
    for (int step = 0; step < 200; step++) { // more than six epochs
      Batch batch = stream.next();
      for (int row = 0; row < 8; row++, taken++) {
        chunks.add(Arrays.stream(batch.tokens(), row * 128, (row + 1) * 128).boxed().toList());
      }
    }
    assertEquals(taken, chunks.size());
  }

  @Test
  void everyTokenButAChunksLastIsPredicted() {
    Batch batch = tiny(1, false).next();
    for (int row = 0; row < 8; row++) {
      int from = row * 128;
      assertArrayEquals(
          Arrays.copyOfRange(batch.tokens(), from + 1, from + 128),
          Arrays.copyOfRange(batch.targets(), from, from + 127));
      assertEquals(Batch.IGNORED, batch.targets()[from + 127]);
    }
    assertEquals(8 * 127, batch.counted());
  }

  @Test
  void whatFollowsAnEndMayBeLeftOut() {
    Batch batch = tiny(1, true).next();
    int ends = 0;
    for (int i = 0; i < batch.tokens().length; i++) {
      boolean last = i % 128 == 127;
      boolean end = batch.tokens()[i] == WORDS.endOfText();
      ends += end && !last ? 1 : 0;
      assertEquals(end || last, batch.targets()[i] == Batch.IGNORED, "position " + i);
    }
    assertTrue(ends > 8);
    assertEquals(8 * 127 - ends, batch.counted());
  }

  @Test
  void theLastChunkIsPaddedAndItsPaddingDoesNotCount() {
    PretrainingStream stream = new PretrainingStream(FEW, TWO, WORDS, 5, 1, 1000, false);
    int rest = (int) (stream.epochTokens() % 1000);
    assertNotEquals(0, rest);
    int padded = 0;
    for (long chunk = 0; chunk * 1000 < stream.epochTokens(); chunk++) {
      Batch batch = stream.next();
      if (batch.counted() < 999) {
        padded++;
        assertEquals(rest - 1, batch.counted());
        assertTrue(Arrays.stream(batch.tokens(), rest, 1000).allMatch(id -> id == 0));
        assertTrue(
            Arrays.stream(batch.targets(), rest - 1, 1000).allMatch(id -> id == Batch.IGNORED));
      }
    }
    assertEquals(1, padded);
  }

  @Test
  void sameSeedSameBatches() {
    PretrainingStream one = tiny(3, false);
    PretrainingStream same = tiny(3, false);
    PretrainingStream other = tiny(4, false);
    boolean differs = false;
    for (int step = 0; step < 80; step++) { // into the third epoch
      int[] tokens = one.next().tokens();
      assertArrayEquals(tokens, same.next().tokens());
      differs |= !Arrays.equals(tokens, other.next().tokens());
    }
    assertTrue(differs);
    assertFalse(Arrays.equals(one.next().tokens(), tiny(3, false).next().tokens()));
  }

  private static PretrainingStream tiny(long seed, boolean maskAfterEnd) {
    return new PretrainingStream(
        TINY.pretrained(), Fixtures.TINY_TEXTS, WORDS, seed, 8, 128, maskAfterEnd);
  }
}
