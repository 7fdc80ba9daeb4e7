package palimpsest.io;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import palimpsest.base.UserException;

/**
 * Files that may come from anywhere, read whole or line by line with a bound on what is kept in
 * memory. Nothing is allocated because a file says that it is large: what is too large is refused
 * with its name when the bound has been read.
 */
public final class InputFile {
  private InputFile() {}

  /** Takes one line of a file. */
  @FunctionalInterface
  public interface LineReader {
    /**
     * @param line without its end
     * @param number from 1
     */
    void read(String line, int number);
  }

  /**
   * All bytes of a file.
   *
   * @param most bytes
   * @param what the file is, in a few words for the message: {@code model's config.json}
   * @throws UserException if it cannot be read, or is larger
   */
  public static byte[] bytes(Path file, int most, String what) {
    refuseWhatMayNeverEnd(file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new UserException(
            OneLine.of(
                "%s: is larger than %,d KiB, which no %s is".formatted(file, most >> 10, what)));
      }
      return bytes;
    } catch (IOException e) {
      throw FileProblem.reading(file, e);
    }
  }

  /** All of a file of UTF-8 text; likewise. */
  public static String text(Path file, int most, String what) {
    try {
      return decode(bytes(file, most, what));
    } catch (CharacterCodingException e) {
      throw FileProblem.reading(file, e);
    }
  }

  /**
   * Hands on a file of UTF-8 text line by line; the file may be of any length, a line may not.
   *
   * @param longest bytes of a line
   * @throws UserException with file and line
   */
  public static void lines(Path file, int longest, LineReader reader) {
    refuseWhatMayNeverEnd(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      var line = new ByteArrayOutputStream();
      int number = 1;
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          reader.read(line(file, line, number), number);
          line.reset();
          number++;
        } else if (line.size() == longest) {
          throw new UserException(
              OneLine.of(
                  "%s:%d: the line is longer than %,d KiB".formatted(file, number, longest >> 10)));
        } else {
          line.write(next);
        }
      }
      if (line.size() > 0) {
        reader.read(line(file, line, number), number);
      }
    } catch (IOException e) {
      throw FileProblem.reading(file, e);
    }
  }

  private static String line(Path file, ByteArrayOutputStream bytes, int number) {
    try {
      String line = decode(bytes.toByteArray());
      return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    } catch (CharacterCodingException e) {
      throw new UserException(
          OneLine.of("%s:%d: the line is not UTF-8 text".formatted(file, number)), e);
    }
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes))
        .toString();
  }

  /**
   * A pipe that came in a folder from elsewhere would be waited on for ever. Those of {@code /dev}
   * and {@code /proc} are the user's own: {@code /dev/stdin}, or a shell's {@code <(…)}.
   *
   * @throws UserException for a folder, and for a pipe or a device elsewhere
   */
  static void refuseWhatMayNeverEnd(Path file) {
    if (Files.isDirectory(file)) {
      throw new UserException(OneLine.of("%s: is a folder; a file is needed".formatted(file)));
    }
    Path whole = file.toAbsolutePath().normalize();
    boolean users = whole.startsWith("/dev") || whole.startsWith("/proc");
    if (!users && Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UserException(OneLine.of("%s: is not an ordinary file".formatted(file)));
    }
  }
}
