package palimpsest.ops.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How fast a core takes exponentials out of its first cache, by the loop that softmax uses: a
 * ceiling for what softmax and GELU can be.
 */
public final class ExponentialRate {
  /** 8 KiB, within any first-level cache. */
  public static final int ELEMENTS = 2048;

  /** Arguments end up between −4 and −3.9, whatever they begin with. */
  private static final float SHIFT = 4;

  private final MemorySegment values =
      Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, ELEMENTS).fill((byte) 0);

  /** {@code x = e^(x − 4)} for all {@link #ELEMENTS}, so many times. */
  public void run(int times) {
    for (int i = 0; i < times; i++) {
      Softmax.exponentials(values, 0, ELEMENTS, SHIFT);
    }
  }
}
