package palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import palimpsest.base.Version;
import palimpsest.cli.doctor.Doctor;
import palimpsest.cli.doctor.Finding;
import palimpsest.cli.doctor.Finding.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code palimpsest doctor}. */
@Command(
    name = "doctor",
    description =
        "Says what this machine has, what is missing and what to do about it, and how long a run"
            + " will take.",
    footer = {"%nExample:", "  palimpsest doctor --json - | jq .estimates"})
final class DoctorCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private JsonOutput json;

  DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Finding> findings = Doctor.examine();
    boolean healthy = findings.stream().noneMatch(f -> f.verdict() == Verdict.MISSING);
    if (!json.takesStandardOutput()) {
      print(findings);
    }
    json.write(context.console(), asMap(findings, healthy));
    return healthy ? 0 : Failure.ENVIRONMENT;
  }

  private void print(List<Finding> findings) {
    for (Finding finding : findings) {
      context
          .console()
          .out()
          .printf("%-8s %-11s %s%n", word(finding), finding.part(), finding.found());
      if (!finding.advice().isEmpty()) {
        context.console().out().printf("%-8s %-11s %s%n", "", "", finding.advice());
      }
    }
  }

  private static Map<String, Object> asMap(List<Finding> findings, boolean healthy) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", Version.number());
    map.put("commit", Version.commit().orElse(null));
    map.put("healthy", healthy);
    map.put("findings", findings.stream().map(DoctorCommand::asMap).toList());
    return map;
  }

  private static Map<String, Object> asMap(Finding finding) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("part", finding.part());
    map.put("verdict", word(finding));
    map.put("found", finding.found());
    map.put("advice", finding.advice());
    return map;
  }

  private static String word(Finding finding) {
    return finding.verdict().name().toLowerCase(Locale.ROOT);
  }
}
