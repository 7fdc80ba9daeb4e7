package palimpsest.data;

import java.time.Month;
import java.util.ArrayList;
import java.util.List;

/** Every text that people can be told in or asked with, piece by piece. */
final class Wording {
  private static final List<String> PRONOUNS =
      List.of("he", "He", "him", "his", "His", "she", "She", "her", "Her");

  private Wording() {}

  /** Names, values, templates and prompts: the pools whole, whether or not anybody has them. */
  static List<String> everything(PopulationSpec population, BiographySpec biographies) {
    List<String> texts = new ArrayList<>(PRONOUNS);
    texts.addAll(WordList.FIRST_NAMES.first(population.firstNames()));
    texts.addAll(WordList.MIDDLE_NAMES.first(population.middleNames()));
    texts.addAll(WordList.LAST_NAMES.first(population.lastNames()));
    texts.addAll(WordList.CITIES.first(population.cities()));
    texts.addAll(WordList.UNIVERSITIES.first(population.universities()));
    texts.addAll(WordList.MAJORS.first(population.majors()));
    for (String entry : WordList.COMPANIES.first(population.companies())) {
      Company company = Company.parse(entry);
      texts.add(company.name());
      texts.add(company.city());
    }
    texts.addAll(dates(population.years()));
    for (Attribute attribute : Attribute.values()) {
      texts.add(attribute.prompt(""));
      for (Template template : Template.first(attribute, biographies.templates())) {
        texts.add(template.words());
      }
    }
    return texts;
  }

  private static List<String> dates(int years) {
    List<String> parts = new ArrayList<>(List.of(","));
    for (Month month : Month.values()) {
      parts.add(Population.name(month));
    }
    for (int day = 1; day <= PopulationSpec.DAYS; day++) {
      parts.add(Integer.toString(day));
    }
    for (int year = 0; year < years; year++) {
      parts.add(Integer.toString(PopulationSpec.FIRST_YEAR + year));
    }
    return parts;
  }
}
