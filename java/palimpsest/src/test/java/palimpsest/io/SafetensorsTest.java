package palimpsest.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.UserException;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBackToTheBit() {
    Path file = folder.resolve("a.safetensors");
    float[] matrix = {1, -2.5f, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY, -0f};
    float[] large = new float[700_000]; // more than one piece
    for (int i = 0; i < large.length; i++) {
      large[i] = (float) Math.sin(i);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment outside = arena.allocateFrom(ValueLayout.JAVA_FLOAT, large);
      SafetensorsWriter.write(
          file,
          List.of(
              new NamedTensor("matrix", new int[] {2, 3}, MemorySegment.ofArray(matrix)),
              new NamedTensor("empty", new int[] {0, 3}, MemorySegment.ofArray(new float[0])),
              new NamedTensor("large", new int[] {700_000}, outside)),
          Map.of("format", "pt"));
    }
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(Set.of("matrix", "empty", "large"), read.names());
      assertEquals(List.of(2L, 3L), read.shape("matrix"));
      assertEquals(Map.of("format", "pt"), read.metadata());
      assertArrayEquals(bits(matrix), bits(floats(read, "matrix", 2, 3)));
      assertArrayEquals(bits(large), bits(floats(read, "large", 700_000)));
    }
  }

  @Test
  void otherFloatTypesAreWidened() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(2 + 2 + 8).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort(Float.floatToFloat16(-1.5f));
    data.putShort((short) (Float.floatToIntBits(3.140625f) >>> 16));
    data.putDouble(0.1);
    Path file =
        file(
            """
            {"h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},
             "b":{"dtype":"BF16","shape":[1,1],"data_offsets":[2,4]},
             "d":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}}
            """,
            data.array());
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(-1.5f, floats(read, "h", 1)[0]);
      assertEquals(3.140625f, floats(read, "b", 1, 1)[0]);
      assertEquals(0.1f, floats(read, "d", 1)[0]);
    }
  }

  @Test
  void aTensorOfAnotherShapeOrTypeIsRefusedByName() throws IOException {
    Path file =
        file(
            """
            {"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},
             "i":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}\
            """,
            new byte[16]);
    try (Safetensors read = Safetensors.open(file)) {
      assertOneLine(
          () -> floats(read, "a", 2, 1),
          file + ": tensor a has the shape [1, 2], but the model needs [2, 1]");
      assertOneLine(() -> floats(read, "b", 2), file + ": has no tensor b");
      assertOneLine(() -> floats(read, "i", 1), "tensor i is of type I64; weights must be F32");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]                                                          | header: must hold a JSON object
          {"a":1}                                                      | tensor a has no dtype
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}        | header:1:
          {"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}         | tensor a shape is not a list
          {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}      | tensor a shape holds -2
          {"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}     | tensor a shape holds 2.0
          {"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,8]}}   | tensor a shape holds
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}       | data_offsets must be a begin and an end
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8]}}         | data_offsets must be a begin and an end
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}       | tensor a F32 of shape [3] does not fill the bytes 0 to 8
          {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}      | tensor a ends at byte 16, but only 8 bytes follow the header; is the file cut off?
          {"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}} | does not fill
          {"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,9223372036854775807]}} | does not fill
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}       | tensor a begins at byte 4, but the tensor before it ends at 0
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}       | the tensors fill 4 bytes, but 8 follow the header
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensor b begins at byte 4, but the tensor before it ends at 8
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | not valid JSON: Duplicate
          {"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}       | has the type F33, which is not known here
          {"__metadata__":{"a":1}}                                     | __metadata__.a is not a text
          {"__metadata__":7}                                           | __metadata__ is not an object
          """)
  void aHeaderThatLiesIsRefused(String header, String said) throws IOException {
    Path file = file(header, new byte[8]);
    assertOneLine(() -> Safetensors.open(file), said);
  }

  @Test
  void aFileTooShortForItsHeaderIsRefused() throws IOException {
    Path file = folder.resolve("f.safetensors");
    Files.write(file, new byte[5]);
    assertOneLine(() -> Safetensors.open(file), "it has only 5 bytes");
    Files.write(file, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{', '}'});
    assertOneLine(() -> Safetensors.open(file), "a header of 18446744073709551615 bytes");
    assertOneLine(() -> Safetensors.open(folder), "is a folder");
    assertOneLine(() -> Safetensors.open(folder.resolve("none")), "there is no such file");
  }

  @Test
  void damagedFilesAreReadOrRefusedInOneLine() throws IOException {
    Path sound = folder.resolve("sound.safetensors");
    SafetensorsWriter.write(
        sound,
        List.of(
            new NamedTensor("first", new int[] {2, 2}, MemorySegment.ofArray(new float[4])),
            new NamedTensor("second", new int[] {3}, MemorySegment.ofArray(new float[3]))),
        Map.of("format", "pt"));
    byte[] whole = Files.readAllBytes(sound);
    Random random = new Random(4);
    Path file = folder.resolve("damaged.safetensors");
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(i % 2 == 0 ? 256 : 128);
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
      Files.write(file, Arrays.copyOf(damaged, length));
      try (Safetensors read = Safetensors.open(file)) {
        for (String name : read.names()) {
          int[] shape = read.shape(name).stream().mapToInt(Math::toIntExact).toArray();
          floats(read, name, shape);
        }
      } catch (UserException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 1500, "only %d were refused".formatted(refused));
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    var bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
    bytes.write(json);
    bytes.write(data);
    return Files.write(folder.resolve("f.safetensors"), bytes.toByteArray());
  }

  private static float[] floats(Safetensors from, String name, int... shape) {
    float[] floats = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    from.read(new NamedTensor(name, shape, MemorySegment.ofArray(floats)));
    return floats;
  }

  private static int[] bits(float[] floats) {
    int[] bits = new int[floats.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(floats[i]));
    return bits;
  }

  private static void assertOneLine(Runnable action, String said) {
    String message = assertThrows(UserException.class, action::run).getMessage();
    assertTrue(message.contains(said), message + "\nshould say: " + said);
    assertEquals(1, message.lines().count(), message);
  }
}
