package palimpsest.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import palimpsest.base.UserException;

/** A list that travels in the jar; a pool of n is its first n entries. */
final class WordList {
  static final WordList FIRST_NAMES =
      new WordList("first-names", "data.names.first", "first names");
  static final WordList MIDDLE_NAMES =
      new WordList("middle-names", "data.names.middle", "middle names");
  static final WordList LAST_NAMES = new WordList("last-names", "data.names.last", "last names");
  static final WordList CITIES = new WordList("cities", "data.cities", "cities");
  static final WordList UNIVERSITIES =
      new WordList("universities", "data.universities", "universities");
  static final WordList MAJORS = new WordList("majors", "data.majors", "majors");

  /** Each with its city: {@code name|city}. */
  static final WordList COMPANIES = new WordList("companies", "data.companies", "companies");

  private final String key;
  private final String plural;
  private final List<String> entries;

  private WordList(String file, String key, String plural) {
    this.key = key;
    this.plural = plural;
    this.entries = lines(file + ".txt");
  }

  String get(int index) {
    return entries.get(index);
  }

  List<String> first(int count) {
    return entries.subList(0, count);
  }

  /** Refuses a pool that the list cannot fill. */
  void check(int count) {
    checkRange(key, count, entries.size(), plural);
  }

  static void checkRange(String key, int count, int most, String plural) {
    if (count < 1 || count > most) {
      throw new UserException(
          "%s: %d %s asked for; 1 to %d can be had".formatted(key, count, plural, most));
    }
  }

  /** The lines of a resource of this package, comments aside. */
  static List<String> lines(String file) {
    try (InputStream in = WordList.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks palimpsest/data/" + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
