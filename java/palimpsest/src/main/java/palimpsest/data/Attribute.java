package palimpsest.data;

/**
 * What is known of a person, and how it is asked: the six facts of the spurious-forgetting paper.
 */
public enum Attribute {
  BIRTHDAY("birthday", "What is the birth date of %s?"),
  BIRTH_CITY("birth_city", "What is the birth city of %s?"),
  UNIVERSITY("university", "Which university did %s study?"),
  MAJOR("major", "What major did %s study?"),
  COMPANY_NAME("company_name", "Which company did %s work for?"),
  COMPANY_CITY("company_city", "Where did %s work?");

  private final String key;
  private final String question;

  Attribute(String key, String question) {
    this.key = key;
    this.question = question;
  }

  /** The name in files and results, such as {@code birth_city}. */
  public String key() {
    return key;
  }

  /** The question about a person, up to the colon that the answer follows. */
  public String prompt(String fullName) {
    return question.formatted(fullName) + "\nAnswer:";
  }

  /** A value as it follows the prompt's colon: a space, no full stop. */
  public String answer(String value) {
    return " " + value;
  }
}
