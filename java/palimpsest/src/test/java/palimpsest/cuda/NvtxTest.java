package palimpsest.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class NvtxTest {
  /**
   * On where the library is there, for the build asks all tests for it; ranges may be opened either
   * way.
   */
  @Test
  void opensRanges() {
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
