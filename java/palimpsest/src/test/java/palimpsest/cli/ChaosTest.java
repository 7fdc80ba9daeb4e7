package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.RandomStream;
import palimpsest.lab.ExactResume;
import palimpsest.lab.MemoryFolder;

/**
 * The program killed by SIGKILL, again and again, and gone on with until it comes to its end, in
 * processes of their own. {@code -Pchaos} kills 200 times; else a few kills have to do.
 */
class ChaosTest {
  private static final int KILLS = Integer.getInteger("palimpsest.chaos.kills", 6);
  private static final int SIGKILLED = 128 + 9;

  @TempDir(factory = MemoryFolder.class)
  private Path folder;

  private final Map<String, Integer> kills = new TreeMap<>();

  private static final List<String> SMALL =
      with(
          ChildProgram.SMALL_RUN,
          "--checkpoint-every",
          4,
          "--methods",
          "seq,replay:0.2,ewc:100,freeze:1,lamol");

  @Test
  void aRunThatIsKilledComesToTheSameBits() throws Exception {
    Path whole = folder.resolve("whole");
    assertEquals(0, program(with(SMALL, "--out", whole, "--no-cache"), "whole"));
    RandomGenerator random = RandomStream.of(1, "chaos");
    for (int run = 0; count() < KILLS; run++) {
      Path killed = folder.resolve("killed-" + run);
      Path cache = folder.resolve("cache-" + run);
      boolean done = false;
      while (!done) {
        String when = count() < KILLS ? when(random) : "never:0";
        boolean begun = Files.exists(killed.resolve("config.yaml"));
        List<String> command =
            begun
                ? List.of(
                    "run", "--resume", killed.toString(), "--checkpoint-every", "4", "--strict")
                : with(SMALL, "--out", killed);
        done = isDone(program(command, when, cache), when);
      }
      ExactResume.assertSame(whole, killed);
    }
    int inside = kills.getOrDefault("evaluation", 0) + kills.getOrDefault("rename", 0);
    assertTrue(inside >= KILLS / 10, kills.toString());
  }

  @Test
  void aSweepThatIsKilledChoosesTheSame() throws Exception {
    Path plan = folder.resolve("plan.yaml");
    Files.writeString(
        plan,
        """
        preset: micro
        set: [task1.max_steps=10, recovery.early_step=5, pretrain.steps=10, device.threads=1,
              device.kind=cpu]
        trials: 2
        lowest_rate: 1.0e-4
        highest_rate: 1.0e-3
        methods: [seq, "freeze:0|freeze:1"]
        """);
    Path whole = folder.resolve("whole-sweep");
    assertEquals(0, program(sweep(plan, whole), "never:0", folder.resolve("cache-whole")));
    RandomGenerator random = RandomStream.of(2, "chaos");
    Path killed = folder.resolve("killed-sweep");
    Path cache = folder.resolve("cache-killed");
    boolean done = false;
    for (int kill = 0; !done; kill++) {
      String when = kill < Math.max(2, KILLS / 10) ? "change:" + random.nextInt(5, 250) : "never:0";
      done = isDone(program(sweep(plan, killed), when, cache), when);
    }
    assertEquals(
        Files.readString(whole.resolve("sweep.csv")),
        Files.readString(killed.resolve("sweep.csv")));
  }

  private static List<String> sweep(Path plan, Path out) {
    return List.of("sweep", plan.toString(), "--out", out.toString());
  }

  /** Half of the kills where it hurts most. */
  private static String when(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> "time:" + random.nextInt(500, 6000);
      case 1 -> "change:" + random.nextInt(1, 2500);
      case 2 -> "rename:" + random.nextInt(1, 25);
      default -> "evaluation:" + random.nextInt(1, 300);
    };
  }

  private int count() {
    return kills.values().stream().mapToInt(Integer::intValue).sum();
  }

  private boolean isDone(int code, String when) {
    if (code == SIGKILLED) {
      kills.merge(when.substring(0, when.indexOf(':')), 1, Integer::sum);
      return false;
    }
    assertEquals(0, code);
    return true;
  }

  private int program(List<String> arguments, String name) throws Exception {
    return program(arguments, "never:0", folder.resolve("cache-" + name));
  }

  private int program(List<String> arguments, String when, Path cache)
      throws IOException, InterruptedException {
    boolean never = when.equals("never:0");
    List<String> command = ChildProgram.command(never ? "Main" : "ChaosMain");
    if (!never) {
      command.add(when);
    }
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("PALIMPSEST_CACHE", cache.toString());
    Path said = folder.resolve("said");
    builder.redirectErrorStream(true).redirectOutput(said.toFile());
    int code = builder.start().waitFor();
    if (code != 0 && code != SIGKILLED) {
      throw new AssertionError(
          "%s: %d: %s".formatted(arguments, code, Files.readString(said, StandardCharsets.UTF_8)));
    }
    return code;
  }

  private static List<String> with(List<String> command, Object... more) {
    List<String> all = new ArrayList<>(command);
    for (Object one : more) {
      all.add(one.toString());
    }
    return all;
  }
}
