package palimpsest.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TextTableTest {
  private final TextTable table =
      new TextTable("method", "gain").row("seq", "–").row("freeze:2", "+.18").row("a|b", "10");

  @Test
  void alignsColumns() {
    assertEquals(
        """
        method    gain
        --------------
        seq          –
        freeze:2  +.18
        a|b         10
        """,
        table.plain());
  }

  @Test
  void markdown() {
    assertEquals(
        """
        | method | gain |
        | --- | ---: |
        | seq | – |
        | freeze:2 | +.18 |
        | a\\|b | 10 |
        """,
        table.markdown());
  }

  @Test
  void aRowFitsTheHeader() {
    assertThrows(IllegalArgumentException.class, () -> table.row("one"));
  }
}
