package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.Initialisation;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.cpu.CpuDevice;

/** The same configuration, seed and lanes: the same bits. */
class DeterminismTest {
  /** What a run came to: two of them are compared to the bit. */
  private record Outcome(List<StepReport> reports, float[] weights, Moments moments) {
    String hash() {
      int all = Arrays.hashCode(weights);
      all = 31 * all + Arrays.hashCode(moments.first());
      return Integer.toHexString(31 * all + reports.hashCode());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, true", "2, 0, true", "3, 0, false", "2, 1, true"})
  void twiceTheSameBits(int lanes, int frozen, boolean parallel) {
    Outcome first = run(lanes, frozen, parallel, 1, 30);
    run(lanes, frozen, parallel, 2, 100); // whatever the compiler makes of it
    Outcome second = run(lanes, frozen, parallel, 1, 30);
    assertArrayEquals(first.weights, second.weights);
    assertArrayEquals(first.moments.first(), second.moments.first());
    assertArrayEquals(first.moments.second(), second.moments.second());
    assertEquals(first.reports, second.reports);
    assertEquals(first.hash(), second.hash());
    assertNotEquals(first.hash(), run(lanes, frozen, parallel, 2, 30).hash(), "of another seed");
  }

  /**
   * Interpreted, compiled quickly, compiled well: a program of its own for each. The checksums of
   * libraries are compiled in any case: 130 MB of them would take the interpreter a minute.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:CompileCommand=compileonly,sun.security.provider.*::*",
        "-XX:TieredStopAtLevel=1"
      })
  void theCompilerChangesNoBit(String flag) throws Exception {
    String here = run(2, 0, true, 1, 2).hash();
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-XX:CompileCommand=quiet");
    command.add(flag);
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--illegal-native-access=deny"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor());
    assertEquals(here, said.strip());
  }

  /** Prints the hash of a short run. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      System.out.println(run(2, 0, true, 1, 2).hash());
    }
  }

  /** More lanes add the same numbers in another order, and come to almost the same. */
  @Test
  void lanesDifferByRoundingAlone() {
    Outcome one = run(1, 0, true, 1, 1);
    for (int lanes = 2; lanes <= 4; lanes++) {
      Outcome several = run(lanes, 0, true, 1, 1);
      assertEquals(one.reports.getFirst().loss(), several.reports.getFirst().loss(), 1e-5);
      assertArrayEquals(one.moments.first(), several.moments.first(), 1e-6f);
    }
  }

  private static Outcome run(int lanes, int frozen, boolean parallel, long seed, int steps) {
    ModelConfig config = new ModelConfig(2, 40, 4, 83, 61, 24, 0.5, 10000, parallel, false, 1e-5);
    Random random = new Random(seed);
    try (CpuDevice device = new CpuDevice(lanes);
        Parameters parameters = new Parameters(device, config);
        Learner learner = new Learner(device, parameters)) {
      parameters.initialise(Initialisation.SMALL, seed);
      learner.begin(
          new Recipe(steps, 3e-3, 0.1, 5, 0.9, 0.999, 1e-8, 0.1, false, 1),
          frozen == 0 ? FreezePlan.NONE : FreezePlan.bottom(frozen));
      List<StepReport> reports = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        int rows = 3 + step % 4;
        long count = rows * 19L;
        int[] tokens = random.ints(count, 0, 61).toArray();
        int[] targets = random.ints(count, -1, 61).toArray();
        reports.add(learner.step(new Batch(rows, 19, tokens, targets)));
      }
      return new Outcome(reports, parameters.copy(), learner.moments());
    }
  }
}
