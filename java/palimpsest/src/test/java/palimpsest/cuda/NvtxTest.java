package palimpsest.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class NvtxTest {
  /** On where it is asked for and the library is there; ranges may be opened either way. */
  @Test
  void opensRanges() {
    System.setProperty(Nvtx.PROPERTY, "true");
    boolean there =
        ToolkitSearch.of(Nvtx.LIBRARY).places().stream()
            .anyMatch(place -> place.files().stream().anyMatch(Files::isRegularFile));
    Nvtx.Label label = Nvtx.label("forward");
    Nvtx.push(label);
    Nvtx.pop();
    assertEquals(there, Nvtx.on());
    assertSame(label, Nvtx.label("forward"));
  }
}
