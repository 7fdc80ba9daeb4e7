package palimpsest.io;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import palimpsest.base.RunException;
import palimpsest.base.UserException;

/** Turns what went wrong with a file into the one line its user sees. */
public final class FileProblem {
  private FileProblem() {}

  /** A file named by the user could not be read: always the user's to put right. */
  public static UserException reading(Path file, IOException cause) {
    return new UserException(line(file, "read", cause), cause);
  }

  /**
   * A file could not be written: a {@link UserException} where its place is wrong (no such folder,
   * no permission), else a {@link RunException} (no space, a broken disk).
   */
  public static RuntimeException writing(Path file, IOException cause) {
    String line = line(file, "written", cause);
    return isPlace(cause) ? new UserException(line, cause) : new RunException(line, cause);
  }

  /** Whether the disk, or what of it one may have, is full. */
  static boolean isNoSpace(IOException cause) {
    String said = said(cause).toLowerCase(Locale.ROOT);
    return said.contains("no space left") || said.contains("quota exceeded");
  }

  private static String line(Path file, String done, IOException cause) {
    return OneLine.of("%s: cannot be %s: %s".formatted(file, done, reason(file, cause)));
  }

  private static boolean isPlace(IOException cause) {
    if (cause instanceof NoSuchFileException
        || cause instanceof AccessDeniedException
        || cause instanceof FileAlreadyExistsException
        || cause instanceof DirectoryNotEmptyException) {
      return true;
    }
    String said = said(cause).toLowerCase(Locale.ROOT);
    return said.contains("not a directory")
        || said.contains("is a directory")
        || said.contains("read-only file system")
        || said.contains("operation not permitted")
        || said.contains("file name too long");
  }

  private static String reason(Path file, IOException cause) {
    return switch (cause) {
      case NoSuchFileException gone -> missing(file, gone);
      case AccessDeniedException _ -> "permission denied";
      case DirectoryNotEmptyException _ -> "a folder of that name is there and is not empty";
      case FileAlreadyExistsException taken ->
          Files.isDirectory(Path.of(taken.getFile()))
              ? "%s is a folder".formatted(taken.getFile())
              : "%s is there already".formatted(taken.getFile());
      case CharacterCodingException _ -> "it is not UTF-8 text";
      default -> said(cause);
    };
  }

  private static String missing(Path file, NoSuchFileException gone) {
    Path named = gone.getFile() == null ? file : Path.of(gone.getFile());
    Path parent = named.toAbsolutePath().getParent();
    if (parent != null && !Files.exists(parent)) {
      return "there is no folder " + parent;
    }
    if (named.equals(file)) {
      return "there is no such file";
    }
    return AtomicFiles.isTemporary(named)
        ? "%s takes no new files".formatted(parent)
        : "there is no " + named;
  }

  /** What the system said, on one line and without the file's name that it may begin with. */
  private static String said(IOException cause) {
    String said =
        cause instanceof FileSystemException system ? system.getReason() : cause.getMessage();
    return said == null ? cause.getClass().getSimpleName() : said.lines().findFirst().orElse("");
  }
}
