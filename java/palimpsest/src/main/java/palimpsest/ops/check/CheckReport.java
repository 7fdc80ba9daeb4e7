package palimpsest.ops.check;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import palimpsest.base.RunException;
import palimpsest.base.TextTable;
import palimpsest.base.Version;

/**
 * What was found on a device.
 *
 * @param notes in a line each: what could not be checked here, and why
 */
public record CheckReport(On device, List<Finding> findings, List<String> notes) {
  /**
   * The device in words, see {@link palimpsest.ops.Device}.
   *
   * @param fingerprints one for each dtype that was tried
   */
  public record On(String kind, String name, List<String> fingerprints) {}

  /** This one and another of the same device; a note counts only if both have it. */
  CheckReport with(CheckReport other) {
    return new CheckReport(
        new On(
            device.kind(),
            device.name(),
            Stream.concat(device.fingerprints().stream(), other.device.fingerprints().stream())
                .toList()),
        Stream.concat(findings.stream(), other.findings.stream()).toList(),
        notes.stream().filter(other.notes::contains).toList());
  }

  /** One row a finding, in the order in which they were made. */
  public String table() {
    var text = new StringBuilder();
    notes.forEach(note -> text.append(note).append('\n'));
    if (findings.isEmpty()) {
      return text.toString();
    }
    TextTable table =
        new TextTable(4, "family", "operation", "shape", "dtype", "error", "tolerance", "");
    for (Finding finding : findings) {
      table.row(
          finding.family(),
          finding.operation(),
          finding.shape(),
          finding.dtypeName(),
          number(finding.error()),
          number(finding.tolerance()),
          finding.verdict());
    }
    long wrong = wrong().count();
    return "%s%s%n%d checked on %s (%s): %s%n"
        .formatted(
            text,
            table.plain(),
            findings.size(),
            device.kind(),
            device.name(),
            wrong == 0 ? "all ok" : wrong + " WRONG");
  }

  /** The same for scripts; an error that is not finite is null. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", Version.number());
    map.put("device", device);
    map.put("checked", findings.size());
    map.put("wrong", wrong().count());
    map.put("notes", notes);
    map.put("findings", findings.stream().map(CheckReport::asMap).toList());
    return map;
  }

  private static Map<String, Object> asMap(Finding finding) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("family", finding.family());
    map.put("operation", finding.operation());
    map.put("shape", finding.shape());
    map.put("dtype", finding.dtypeName());
    map.put("error", Double.isFinite(finding.error()) ? finding.error() : null);
    map.put("tolerance", finding.tolerance());
    map.put("ok", finding.ok());
    return map;
  }

  /**
   * Returns if all is right.
   *
   * @throws RunException if anything is wrong: how much, and in which families
   */
  public void require() {
    Set<String> families =
        wrong().map(Finding::family).collect(Collectors.toCollection(LinkedHashSet::new));
    if (!families.isEmpty()) {
      throw new RunException(
          "%d of %d checks on %s are WRONG: %s"
              .formatted(
                  wrong().count(), findings.size(), device.kind(), String.join(", ", families)));
    }
  }

  private Stream<Finding> wrong() {
    return findings.stream().filter(finding -> !finding.ok());
  }

  private static String number(double value) {
    return value == 0 ? "0" : "%.1e".formatted(value);
  }
}
