package palimpsest.data;

/** A company and the city of its headquarters, which is where its people work. */
record Company(String name, String city) {
  /** Reads an entry {@code name|city} of {@link WordList#COMPANIES}. */
  static Company parse(String entry) {
    int bar = entry.indexOf('|');
    return new Company(entry.substring(0, bar), entry.substring(bar + 1));
  }
}
