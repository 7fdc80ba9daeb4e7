package palimpsest.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The wording of a biography before it is anybody's: a template for each attribute, and the order
 * of the sentences. The same draft told of two people differs in names, values and pronouns alone.
 */
public final class Draft {
  private final Map<Attribute, Template> templates;
  private final List<Attribute> order;
  private final boolean fullName;

  Draft(Map<Attribute, Template> templates, List<Attribute> order, boolean fullName) {
    this.templates = templates;
    this.order = order;
    this.fullName = fullName;
  }

  /** The biography of a person in these words. */
  public Passage of(Person person) {
    List<Passage.Piece> pieces = new ArrayList<>();
    for (Attribute attribute : order) {
      boolean named = pieces.isEmpty() || fullName;
      pieces.addAll(templates.get(attribute).tell(person, attribute, named));
    }
    return new Passage(pieces);
  }
}
