package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;

/** Damaged configurations either load or are refused in one line; they never crash. */
class ConfigFuzzTest {
  private static final byte[] ODD =
      "0123456789.eE+-:#,[]{}&*!|>'\"%@`?~\\\n\r\t \0".getBytes(StandardCharsets.ISO_8859_1);

  @TempDir Path folder;

  @Test
  void damagedFilesAreRefusedInOneLine() throws IOException {
    byte[] whole =
        ConfigFile.text(ConfigFile.load("micro", List.of())).getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("damaged.yaml");
    Random random = new Random(2);
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      Files.write(file, damage(whole, random));
      refused += isRefused(file.toString(), List.of(), "damaged.yaml:") ? 1 : 0;
    }
    assertTrue(refused > 120, "only %d were refused".formatted(refused));
  }

  @Test
  void oddOptionsAreRefusedInOneLine() {
    List<String> keys = List.of("data.people", "seeds", "methods", "model", "task1.learning_rate");
    Random random = new Random(3);
    for (int i = 0; i < 600; i++) {
      byte[] value = new byte[random.nextInt(8)];
      for (int j = 0; j < value.length; j++) {
        value[j] = ODD[random.nextInt(ODD.length)];
      }
      String key = keys.get(random.nextInt(keys.size()));
      String text = new String(value, StandardCharsets.ISO_8859_1);
      isRefused("micro", List.of(new ConfigOverride("--set", key, text)), "--set: ");
    }
  }

  private static boolean isRefused(
      String presetOrFile, List<ConfigOverride> overrides, String place) {
    try {
      Config config = ConfigFile.load(presetOrFile, overrides);
      assertTrue(config.data().people() >= 2);
      return false;
    } catch (UserException e) {
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      assertTrue(e.getMessage().contains(place), e.getMessage());
      return true;
    }
  }

  private static byte[] damage(byte[] whole, Random random) {
    byte[] damaged = whole.clone();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] = ODD[random.nextInt(ODD.length)];
        case 1 -> damaged[at] = (byte) random.nextInt(256);
        case 2 -> damaged = cut(damaged, at, Math.min(damaged.length, at + random.nextInt(40)));
        default -> damaged = cut(damaged, at, damaged.length - random.nextInt(damaged.length - at));
      }
    }
    return damaged;
  }

  /** Without the bytes from {@code from} to {@code to}; never empty. */
  private static byte[] cut(byte[] bytes, int from, int to) {
    byte[] left = new byte[Math.max(1, bytes.length - (to - from))];
    System.arraycopy(bytes, 0, left, 0, Math.min(from, left.length));
    System.arraycopy(bytes, to, left, from, Math.min(bytes.length - to, left.length - from));
    return left;
  }
}
