package palimpsest.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import palimpsest.base.UserException;
import palimpsest.ops.bench.compare.BenchComparison;
import palimpsest.ops.bench.compare.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palimpsest kernels compare}, which {@code tools/compare} is short for. */
@Command(
    name = "compare",
    description =
        "Compares two files of kernels bench, profile or JMH (-rf json) by their intervals: same,"
            + " faster, slower or ambiguous. Exit code 1 if anything is slower.",
    footer = {"%nExample:", "  palimpsest kernels compare before.json after.json --tolerance 0.05"})
final class KernelsCompareCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "BEFORE.json", description = "The baseline.")
  private Path before;

  @Parameters(index = "1", paramLabel = "AFTER.json", description = "What is held against it.")
  private Path after;

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      defaultValue = "0.03",
      description = "A change that is none (default: ${DEFAULT-VALUE}).")
  private double tolerance;

  @Option(names = "--strict", description = "Exit code 1 for what is ambiguous or missing, too.")
  private boolean strict;

  @Mixin private JsonOutput json;

  KernelsCompareCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    json.check();
    if (!(tolerance >= 0)) {
      throw new UserException("--tolerance %s: must be 0 or more".formatted(tolerance));
    }
    BenchComparison comparison = BenchComparison.of(before, after, tolerance);
    json.write(context.console(), comparison.table(), comparison);
    boolean unclear = comparison.count(Verdict.AMBIGUOUS) > 0 || !comparison.missing().isEmpty();
    boolean failed = comparison.count(Verdict.SLOWER) > 0 || (strict && unclear);
    return failed ? Failure.RUN : 0;
  }
}
