package palimpsest.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {
  @TempDir Path folder;

  @Test
  void recordsAreFramedAndTheirContentIsAnEvent() throws IOException {
    Instant now = Instant.ofEpochMilli(1_500);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 0.5);
    values.put("rate", -2.0);
    try (TensorBoardWriter writer = new TensorBoardWriter(folder.resolve("run"), now)) {
      writer.add(now, 300, values);
    }
    List<byte[]> events = records(onlyFile(folder.resolve("run")));
    assertEquals(2, events.size());
    String wallTime = "09" + "000000000000f83f"; // 1.5 seconds
    assertEquals(wallTime + "1a0d" + hex("brain.Event:2"), HexFormat.of().formatHex(events.get(0)));
    assertEquals(
        wallTime
            + "10ac02" // step 300
            + "2a1a" // a summary of 26 bytes
            + ("0a0b" + "0a04" + hex("loss") + "150000003f") // 0.5
            + ("0a0b" + "0a04" + hex("rate") + "15000000c0"), // -2
        HexFormat.of().formatHex(events.get(1)));
  }

  /** From the definition: CRC-32C of 32 zero bytes is 8a9136aa (RFC 3720, B.4). */
  @Test
  void theChecksumIsMasked() {
    int checksum = 0x8a9136aa;
    int masked = ((checksum >>> 15) | (checksum << 17)) + 0xa282ead8;
    assertEquals(masked, TensorBoardWriter.maskedChecksum(new byte[32], 0, 32));
  }

  /** The content of each record, its checksums verified. */
  private static List<byte[]> records(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int start = bytes.position();
      byte[] content = new byte[Math.toIntExact(bytes.getLong())];
      assertEquals(TensorBoardWriter.maskedChecksum(bytes.array(), start, 8), bytes.getInt());
      bytes.get(content);
      assertEquals(TensorBoardWriter.maskedChecksum(content, 0, content.length), bytes.getInt());
      records.add(content);
    }
    return records;
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.reduce((a, b) -> null).orElseThrow();
    }
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
