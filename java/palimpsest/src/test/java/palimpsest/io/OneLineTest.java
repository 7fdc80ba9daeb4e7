package palimpsest.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineTest {
  @Test
  void showsWhatATerminalWouldObey() {
    assertEquals("a\\u000ab\\u001b[31m", OneLine.of("a\nb\u001b[31m"));
    assertEquals("plain – text", OneLine.quote("plain – text"));
  }

  /** What is escaped counts as long as it is written: a file of zeros fits into a line as well. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0000", "\ud83d\ude00"})
  void cutsWhatIsLong(String unit) {
    String cut = OneLine.quote(unit.repeat(1000));
    assertTrue(cut.endsWith("…"), cut);
    assertEquals(61, cut.codePointCount(0, cut.length()));
    assertTrue(OneLine.brief(unit.repeat(1000)).length() <= 601);
  }

  @Test
  void leavesWhatJustFits() {
    assertEquals("y".repeat(60), OneLine.quote("y".repeat(60)));
    assertEquals("\\u0001".repeat(10), OneLine.quote("\u0001".repeat(10)));
    assertEquals("\\u0001".repeat(10) + "…", OneLine.quote("\u0001".repeat(11)));
  }
}
