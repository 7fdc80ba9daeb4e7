package palimpsest.data;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A biography in pieces, each with what it is there for: names and values are the person's own, the
 * rest is said of everybody. A piece that is not the first of its sentence begins with its space,
 * so that the tokens of the pieces are those of the whole.
 */
public record Passage(List<Piece> pieces) {
  public Passage {
    pieces = List.copyOf(pieces);
  }

  /** What a piece of a biography says. */
  public enum Role {
    NAME,
    VALUE,
    /** The template's own words, and pronouns. */
    TEMPLATE
  }

  public record Piece(Role role, String text) {}

  /** The whole text, with one space in front. */
  public String text() {
    return pieces.stream().map(Piece::text).collect(Collectors.joining());
  }
}
