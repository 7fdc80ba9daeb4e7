package palimpsest.cuda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import palimpsest.base.EnvironmentException;

/**
 * Looks for a shared library place after place and loads the first that can be loaded, always by an
 * absolute path: the linker's own words are kept for those that could not.
 *
 * @param library a file's name, such as {@code libcuda.so.1}
 */
record LibrarySearch(String library, List<Place> places) {
  /** What an ELF file begins with, in 64 bits, and where it says what it is for. */
  private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F', 2};

  private static final int ELF_MACHINE = 18;
  private static final int ELF_HEADER = 20;
  private static final byte X86_64 = 62;

  /**
   * Somewhere that a library may be.
   *
   * @param name what a message calls it
   * @param files the paths it gives for the library, there or not
   */
  record Place(String name, List<Path> files) {}

  /**
   * @param load takes a path and throws an {@link UnsatisfiedLinkError} where it cannot be loaded
   * @param what what the library is, in a few words
   * @param advice how to get it
   * @throws EnvironmentException if no place has one that loads
   */
  Path load(Consumer<Path> load, String what, String advice) {
    List<String> refusals = new ArrayList<>();
    for (Place place : places) {
      for (Path file : place.files) {
        if (Files.isRegularFile(file)) {
          try {
            checkHeader(file);
            load.accept(file);
            return file;
          } catch (UnsatisfiedLinkError e) {
            refusals.add(reason(file, e));
          }
        }
      }
    }
    String places = this.places.stream().map(Place::name).collect(Collectors.joining(", "));
    throw new EnvironmentException(
        refusals.isEmpty()
            ? "no %s (%s): looked in %s; %s".formatted(library, what, places, advice)
            : "%s (%s) cannot be loaded: %s; looked in %s; %s"
                .formatted(library, what, String.join("; ", refusals), places, advice));
  }

  /** Java itself warns at length of a file that is no library, or another machine's. */
  private static void checkHeader(Path file) {
    byte[] header = new byte[ELF_HEADER];
    try (InputStream content = Files.newInputStream(file)) {
      content.readNBytes(header, 0, header.length);
    } catch (IOException e) {
      throw new UnsatisfiedLinkError(e.getMessage());
    }
    if (!Arrays.equals(header, 0, ELF_MAGIC.length, ELF_MAGIC, 0, ELF_MAGIC.length)) {
      throw new UnsatisfiedLinkError("is no shared library");
    }
    if (header[ELF_MACHINE] != X86_64) {
      throw new UnsatisfiedLinkError("is not for x86-64");
    }
  }

  /** Once the path, and what the linker says of it. */
  private static String reason(Path file, UnsatisfiedLinkError e) {
    String prefix = file + ": ";
    String text = String.valueOf(e.getMessage()).replace('\n', ' ').strip();
    while (text.startsWith(prefix)) {
      text = text.substring(prefix.length());
    }
    return prefix + text;
  }

  /** The folders of {@code LD_LIBRARY_PATH}; relative ones mean another folder every day. */
  static Place environment(String library, Optional<String> path) {
    List<Path> files =
        path.stream()
            .flatMap(all -> Stream.of(all.split(File.pathSeparator)))
            .map(Path::of)
            .filter(Path::isAbsolute)
            .map(folder -> folder.resolve(library))
            .toList();
    return new Place(
        path.map("LD_LIBRARY_PATH (%s)"::formatted).orElse("LD_LIBRARY_PATH (not set)"), files);
  }

  /**
   * What {@code ldconfig} has found. The cache ends in its paths, each between zero bytes, which is
   * all that must be known of its format.
   */
  static Place loaderCache(String library, Path cache) {
    String name = "the loader's cache (%s)".formatted(cache);
    try {
      String text = Files.readString(cache, StandardCharsets.ISO_8859_1);
      return new Place(
          name,
          Stream.of(text.split("\0"))
              .filter(word -> word.startsWith("/") && word.endsWith("/" + library))
              .map(Path::of)
              .distinct()
              .toList());
    } catch (IOException e) {
      return new Place(name + ", which cannot be read", List.of());
    }
  }

  static Place folder(String library, Path folder) {
    return new Place(folder.toString(), List.of(folder.resolve(library)));
  }

  static Place folders(String library, String name, List<Path> folders) {
    return new Place(name, folders.stream().map(folder -> folder.resolve(library)).toList());
  }
}
