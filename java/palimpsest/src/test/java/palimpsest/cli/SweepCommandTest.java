package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.cli.Terminal.Outcome;

final class SweepCommandTest {
  @TempDir private Path folder;

  private final Terminal terminal = new Terminal(false);

  @Test
  void aSweepIsEstimatedRunAndGoneOnWith() throws Exception {
    Path plan = folder.resolve("rates.yaml");
    Files.writeString(
        plan,
        """
        preset: micro
        set: [task1.max_steps=10, recovery.early_step=5, pretrain.steps=10, device.threads=1]
        trials: 2
        lowest_rate: 1.0e-4
        highest_rate: 1.0e-3
        methods: [seq, "freeze:0|freeze:1"]
        """);
    Path out = folder.resolve("sweep");
    Outcome first = sweep(plan, out);
    assertEquals(0, first.code(), first.err());
    assertTrue(first.err().startsWith("4 trials: 2 of each of 2 methods, 1 seed each; about "));
    assertTrue(first.err().contains("trial 3 of 4: freeze:0, rate 3.16E-4"), first.err());
    assertTrue(first.out().contains("not reached"), first.out());
    assertEquals(5, Files.readAllLines(out.resolve("sweep.csv")).size());

    List<Path> results = results(out);
    assertEquals(4, results.size());
    Files.delete(results.get(1));
    FileTime before = Files.getLastModifiedTime(results.get(0));
    Outcome again = sweep(plan, out);
    assertEquals(first.out(), again.out());
    assertEquals(before, Files.getLastModifiedTime(results.get(0)), "it is not run again");
    assertTrue(Files.exists(results.get(1)), "what is missing is");

    Files.writeString(plan, Files.readString(plan).replace("trials: 2", "trials: 4"));
    Outcome another = sweep(plan, out);
    assertEquals(2, another.code());
    assertTrue(another.err().contains("holds another sweep"), another.err());
  }

  private Outcome sweep(Path plan, Path out) {
    return terminal.run("sweep", plan.toString(), "--out", out.toString());
  }

  private static List<Path> results(Path out) throws Exception {
    try (Stream<Path> files = Files.walk(out)) {
      return files.filter(file -> file.endsWith("results.json")).sorted().toList();
    }
  }
}
