package palimpsest.cuda.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import palimpsest.cuda.NvtxLibrary;

class NvtxTest {
  /**
   * On where the library is there, for the build asks all tests for it; ranges may be opened either
   * way.
   */
  @Test
  void opensRanges() {
    Nvtx.Label label = Nvtx.label("forward");
    Nvtx.push(label);
    Nvtx.pop();
    assertEquals(NvtxLibrary.find().isPresent(), Nvtx.on());
    assertSame(label, Nvtx.label("forward"));
  }
}
