package palimpsest.data;

import java.util.List;
import java.util.stream.Stream;

/** The people of task 0 by what their questions are for; nobody is in two of the lists. */
public record Splits(List<Person> train, List<Person> dev, List<Person> test) {
  /** Everybody whose questions are never trained: dev and test. */
  public List<Person> heldOut() {
    return Stream.concat(dev.stream(), test.stream()).toList();
  }
}
