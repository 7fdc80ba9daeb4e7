package palimpsest.data;

import palimpsest.base.UserException;

/**
 * How biographies are worded.
 *
 * @param versions texts a person has, each with other templates and another order; 0 draws a fresh
 *     text for every epoch
 * @param permute whether the six sentences change their order
 * @param fullName whether every sentence names the person in full; else all but the first say he or
 *     she
 * @param templates sentences to choose from, for each attribute
 */
public record BiographySpec(int versions, boolean permute, boolean fullName, int templates) {
  /** {@link #versions} of a fresh text for every epoch. */
  public static final int FRESH = 0;

  public BiographySpec {
    WordList.checkRange("data.templates", templates, Template.MOST, "templates per attribute");
    if (versions < 0) {
      throw new UserException(
          "data.versions: must be fresh, or 1 or more fixed versions, not " + versions);
    }
    if (versions > templates) {
      throw new UserException(
          "data.versions: %d versions with different templates need as many; data.templates is %d"
              .formatted(versions, templates));
    }
  }

  public boolean fresh() {
    return versions == FRESH;
  }
}
