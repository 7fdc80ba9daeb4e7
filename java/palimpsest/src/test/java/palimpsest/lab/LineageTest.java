package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;

class LineageTest {
  private static final Lineage.Maker ONE = new Lineage.Maker("abc", "2 threads");
  private static final Lineage.Maker OTHER = new Lineage.Maker("abc", "4 threads");

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();
  private final Progress progress =
      new Progress() {
        @Override
        public void note(String line) {
          notes.add(line);
        }
      };

  private Lineage of(Lineage.Maker maker, boolean strict) {
    return Lineage.of(folder.resolve("numerics.json"), maker, strict, progress);
  }

  @Test
  void theSameAgainIsNothingToSay() {
    assertFalse(of(ONE, true).isMixed());
    assertFalse(of(ONE, true).isMixed());
    assertEquals(List.of(), notes);
  }

  @Test
  void anotherMarksTheRunForGood() {
    of(ONE, false);
    Lineage mixed = of(OTHER, false);
    assertTrue(mixed.isMixed());
    assertEquals(ONE, mixed.first());
    assertTrue(notes.getFirst().contains("not bit-comparable"), notes.toString());
    assertEquals(mixed, of(OTHER, true), "it was accepted before");
    assertTrue(of(ONE, false).mark().startsWith("not bit-comparable: 2 threads"));
  }

  @Test
  void strictRefuses() {
    of(ONE, true);
    String message = assertThrows(UserException.class, () -> of(OTHER, true)).getMessage();
    assertTrue(message.contains("2 threads") && message.contains("4 threads"), message);
    assertFalse(of(ONE, true).isMixed());
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    Files.writeString(folder.resolve("numerics.json"), "{\"schema\":1");
    assertThrows(UserException.class, () -> of(ONE, false));
    Files.writeString(folder.resolve("numerics.json"), "{\"schema\":1,\"makers\":[]}");
    assertThrows(UserException.class, () -> of(ONE, false));
  }
}
