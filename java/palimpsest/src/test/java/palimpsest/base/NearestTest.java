package palimpsest.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NearestTest {
  private static final List<String> NAMES = List.of("--seeds", "--set", "--methods", "--threads");

  @Test
  void findsTypingErrors() {
    assertEquals(Optional.of("--seeds"), Nearest.to("--sedes", NAMES));
    assertEquals(Optional.of("--seeds"), Nearest.to("--seed", NAMES));
    assertEquals(Optional.of("--methods"), Nearest.to("--metods", NAMES));
    assertEquals(Optional.of("--threads"), Nearest.to("--thr", NAMES));
  }

  @Test
  void doesNotGuess() {
    assertEquals(Optional.empty(), Nearest.to("--learning-rate", NAMES));
    assertEquals("", Nearest.hint("zzz", NAMES));
  }

  @Test
  void countsEdits() {
    assertEquals(0, Nearest.distance("tiny", "tiny"));
    assertEquals(4, Nearest.distance("", "tiny"));
    assertEquals(1, Nearest.distance("tniy", "tiny"));
    assertEquals(3, Nearest.distance("kitten", "sitting"));
  }
}
