package palimpsest.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import palimpsest.base.RandomStream;

/**
 * Every kind of file, damaged at many places: refused with its name, or read as if nothing had
 * happened; never a fault, nor memory without bound. {@code -Pchaos} does a thousand of each.
 */
class DamageTest {
  private static final int TIMES = Integer.getInteger("palimpsest.damages", 36);

  /** These files are some kilobytes, and so is what can be made of them. */
  private static final long MOST_BYTES = 256L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void isRefusedByNameOrHarmless(Reader reader) throws IOException {
    reader.place(folder);
    byte[] whole = Files.readAllBytes(folder.resolve(reader.file()));
    Object sound = reader.read(folder);
    assertNotNull(sound);
    RandomGenerator random = RandomStream.of(1, "damage", reader.name());
    int refused = 0;
    for (int i = 0; i < TIMES; i++) {
      Damage damage = Damage.values()[i % Damage.values().length];
      byte[] damaged = damage.of(whole, random);
      Object read = withinMemory(reader, damaged);
      refused += read == null ? 1 : 0;
      if (reader.hasChecksum() && read != null) {
        assertTrue(Arrays.equals(whole, damaged), "%s no. %d was believed".formatted(damage, i));
      }
    }
    assertTrue(refused >= TIMES / 6, "only %d of %d were refused".formatted(refused, TIMES));
    assertEquals(sound, reader.withstand(folder, whole));
  }

  private Object withinMemory(Reader reader, byte[] damaged) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Object read = reader.withstand(folder, damaged);
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(bytes < MOST_BYTES, "%,d bytes for %s".formatted(bytes, reader));
    return read;
  }
}
