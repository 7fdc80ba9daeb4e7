package palimpsest.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import palimpsest.base.Version;
import palimpsest.cli.doctor.Doctor;
import palimpsest.cli.doctor.Finding;
import palimpsest.lab.ConfigFile;
import palimpsest.lab.Estimate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code palimpsest doctor}. */
@Command(
    name = "doctor",
    description =
        "Says what this machine has, what is missing and what to do about it, and how long a run"
            + " will take.",
    footer = {"%nExample:", "  palimpsest doctor --json - | jq .estimated_seconds"})
final class DoctorCommand implements Callable<Integer> {
  /** Those that a CPU is meant for. */
  private static final List<String> PRESETS = List.of("tiny", "small");

  private final Context context;

  @Mixin private JsonOutput json;

  DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    json.check();
    Doctor doctor = Doctor.examine();
    Map<String, Duration> estimates = new LinkedHashMap<>();
    doctor.flops().ifPresent(flops -> estimate(flops, estimates));
    json.write(context.console(), table(doctor, estimates), asMap(doctor, estimates));
    return doctor.healthy() ? 0 : Failure.ENVIRONMENT;
  }

  private static void estimate(double flops, Map<String, Duration> estimates) {
    for (String preset : PRESETS) {
      estimates.put(preset, Estimate.of(ConfigFile.load(preset, List.of()), flops));
    }
  }

  private static String table(Doctor doctor, Map<String, Duration> estimates) {
    var table = new StringBuilder();
    for (Finding finding : doctor.findings()) {
      table.append("%-8s %-11s %s%n".formatted(word(finding), finding.part(), finding.found()));
      if (!finding.advice().isEmpty()) {
        table.append("%-8s %-11s %s%n".formatted("", "", finding.advice()));
      }
    }
    estimates.forEach(
        (preset, time) ->
            table.append(
                "%n'palimpsest run %s' takes about %s here, if nothing else runs"
                    .formatted(preset, Words.about(time))));
    return estimates.isEmpty() ? table.toString() : table + "\n";
  }

  private static Map<String, Object> asMap(Doctor doctor, Map<String, Duration> estimates) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    estimates.forEach((preset, time) -> seconds.put(preset, time.toMillis() / 1000.0));
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", Version.number());
    map.put("commit", Version.commit().orElse(null));
    map.put("healthy", doctor.healthy());
    map.put("sgemm_flops", doctor.flops().isPresent() ? doctor.flops().getAsDouble() : null);
    map.put("estimated_seconds", seconds);
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
