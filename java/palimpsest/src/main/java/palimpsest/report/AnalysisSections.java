package palimpsest.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The sections of the page that analyses add, in their order. */
public final class AnalysisSections {
  private static final List<AnalysisSection<?>> ALL =
      List.of(
          new PerformanceSection(),
          new LandscapeSection(),
          new AnglesSection(),
          new FeaturesSection(),
          new TheorySection(),
          new ProbingSection(),
          new InferenceSection());

  private AnalysisSections() {}

  /** The names of the analyses. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    ALL.forEach(section -> names.add(section.name()));
    return names;
  }

  /** What an analysis found, in a sentence or two. */
  public static String headline(AnalysisFile file) {
    return ALL.stream()
        .filter(section -> section.name().equals(file.analysis()))
        .findFirst()
        .map(section -> draw(section, file).headline())
        .orElseThrow(() -> new IllegalStateException("no section for " + file.analysis()));
  }

  /** Of every analysis that was made of a run, by its name. */
  static Map<String, Section> of(Path run) {
    Map<String, Section> sections = new LinkedHashMap<>();
    for (AnalysisSection<?> section : ALL) {
      AnalysisFile file = AnalysisFile.read(run, section.name());
      if (Objects.nonNull(file)) {
        sections.put(
            section.name(),
            Misfit.in(AnalysisFile.json(run, section.name()), () -> draw(section, file)));
      }
    }
    return sections;
  }

  private static <R> Section draw(AnalysisSection<R> section, AnalysisFile file) {
    return section
        .draw(file.findings(section.type()), file.about())
        .words(
            "%s Every number is in %s.json beside this page, and of each figure in a CSV file."
                .formatted(file.about().text(), Path.of("analysis", file.analysis())));
  }
}
