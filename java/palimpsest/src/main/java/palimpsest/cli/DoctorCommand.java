package palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import palimpsest.base.Version;
import palimpsest.cli.doctor.Doctor;
import palimpsest.cli.doctor.Finding;
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
    json.check();
    Doctor doctor = Doctor.examine();
    json.write(context.console(), table(doctor.findings()), asMap(doctor));
    return doctor.healthy() ? 0 : Failure.ENVIRONMENT;
  }

  private static String table(List<Finding> findings) {
    var table = new StringBuilder();
    for (Finding finding : findings) {
      table.append("%-8s %-11s %s%n".formatted(word(finding), finding.part(), finding.found()));
      if (!finding.advice().isEmpty()) {
        table.append("%-8s %-11s %s%n".formatted("", "", finding.advice()));
      }
    }
    return table.toString();
  }

  private static Map<String, Object> asMap(Doctor doctor) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", Version.number());
    map.put("commit", Version.commit().orElse(null));
    map.put("healthy", doctor.healthy());
    map.put("sgemm_flops", doctor.flops().isPresent() ? doctor.flops().getAsDouble() : null);
    map.put("findings", doctor.findings().stream().map(DoctorCommand::asMap).toList());
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
