package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;

class StrategyStateTest {
  @TempDir Path folder;

  private final StrategyState state =
      new StrategyState()
          .put("fisher", new float[] {1.5f, Float.MIN_VALUE, -0f})
          .put("ids", new int[] {7, -1})
          .put("count", 3.25)
          .put("names", List.of("a", "b c", "ü"));

  @Test
  void comesBackFromAFolder() {
    state.save(folder);
    StrategyState loaded = StrategyState.load(folder);
    assertEquals(state, loaded);
    assertArrayEquals(state.floats("fisher"), loaded.floats("fisher"));
    assertEquals(List.of("a", "b c", "ü"), loaded.texts("names"));
    assertEquals(3.25, loaded.number("count"));
  }

  @Test
  void nothingComesBackAsNothing() {
    new StrategyState().save(folder);
    assertTrue(StrategyState.load(folder).isEmpty());
  }

  @Test
  void partsKeepApart() {
    var whole = new StrategyState().put("part0", state).put("part1", new StrategyState());
    assertEquals(state, whole.within("part0"));
    assertTrue(whole.within("part1").isEmpty());
    assertTrue(whole.has("part0/ids"));
    assertFalse(whole.has("ids"));
  }

  @Test
  void aNameOfAnotherTypeIsNotFound() {
    assertThrows(NoSuchElementException.class, () -> state.ints("fisher"));
  }

  @Test
  void anotherFormatIsRefused() throws IOException {
    state.save(folder);
    Path file = folder.resolve("strategy.json");
    Files.writeString(file, Files.readString(file).replace("\"format\":1", "\"format\":2"));
    String message =
        assertThrows(UserException.class, () -> StrategyState.load(folder)).getMessage();
    assertTrue(message.contains("format 2; this program reads format 1"), message);
  }
}
