package palimpsest.report;

import java.util.List;
import java.util.stream.Collectors;

/** The libraries that draw the page's charts: they travel in the page. */
final class PageLibraries {
  private static final String WEBJARS = "/META-INF/resources/webjars/";

  /** In the order they are loaded in. */
  private static final List<Library> ALL =
      List.of(
          new Library("chart.js/4.5.1/", "dist/chart.umd.min.js", "LICENSE.md"),
          new Library("d3-array/3.2.4/", "dist/d3-array.min.js", "LICENSE"),
          new Library("d3-contour/4.0.2/", "dist/d3-contour.min.js", "LICENSE"));

  private record Library(String folder, String script, String licence) {
    String read(String name) {
      return Template.read(WEBJARS + folder + name);
    }
  }

  private PageLibraries() {}

  /** Their scripts, without the pointers to files that are not there. */
  static String scripts() {
    return ALL.stream()
        .map(library -> library.read(library.script()))
        .map(script -> script.replaceFirst("(?m)^//# sourceMappingURL=.*$", ""))
        .collect(Collectors.joining("\n"));
  }

  /** Their licences, each under the name and version of the library. */
  static String licences() {
    return ALL.stream()
        .map(
            library ->
                library.folder().replaceFirst("/(.*)/$", " $1")
                    + "\n\n"
                    + library.read(library.licence()).strip())
        .collect(Collectors.joining("\n\n\n"));
  }
}
