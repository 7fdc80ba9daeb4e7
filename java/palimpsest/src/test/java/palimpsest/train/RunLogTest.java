package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.RunException;
import palimpsest.base.UserException;

class RunLogTest {
  private static final LogLine PRETRAIN =
      new LogLine(1, "pretrain", null, null, 0, 10, 5.25, 0.5, 1e-3, 0.5, 50_000);

  @TempDir Path folder;

  @Test
  void aLineALoggedStep() throws IOException {
    try (RunLog log = log()) {
      log.accept(PRETRAIN);
      assertEquals(1, Files.readAllLines(metrics()).size(), "it can be followed");
      log.accept(new LogLine(1, "recovery", "freeze:2", "early", 1, 10, Double.NaN, 0, 0, 1, 2));
    }
    assertEquals(
        List.of(
            "{\"seed\":1,\"phase\":\"pretrain\",\"method\":null,\"from\":null,\"repeat\":0,"
                + "\"step\":10,\"loss\":5.25,\"added\":0.5,\"learning_rate\":0.001,"
                + "\"gradient_norm\":0.5,\"tokens_per_second\":50000.0}",
            "{\"seed\":1,\"phase\":\"recovery\",\"method\":\"freeze:2\",\"from\":\"early\","
                + "\"repeat\":1,\"step\":10,\"loss\":null,\"added\":0.0,\"learning_rate\":0.0,"
                + "\"gradient_norm\":1.0,\"tokens_per_second\":2.0}"),
        Files.readAllLines(metrics()));
  }

  @Test
  void everyPhaseIsARunOfTensorBoard() throws IOException {
    try (RunLog log = log()) {
      log.accept(PRETRAIN);
      log.accept(PRETRAIN);
      log.accept(new LogLine(1, "task1", "replay:1:mix=0.2", null, 0, 10, 1, 0, 0, 1, 2));
      log.accept(new LogLine(2, "recovery", "freeze:2", "early", 1, 10, 1, 0, 0, 1, 2));
    }
    assertEquals(
        List.of(
            "seed1/pretrain",
            "seed1/task1-replay_1_mix=0.2",
            "seed2/recovery-freeze_2-early-repeat1"),
        eventFolders());
  }

  @Test
  void aNewLogTakesTheOldOnesPlace() throws IOException {
    try (RunLog log = log()) {
      log.accept(new LogLine(9, "task0", null, null, 0, 10, 1, 0, 0, 1, 2));
    }
    try (RunLog log = log()) {
      log.accept(PRETRAIN);
    }
    assertEquals(1, Files.readAllLines(metrics()).size());
    assertEquals(List.of("seed1/pretrain"), eventFolders());
  }

  @Test
  void aFullDiskIsToldInOneLine() {
    try (RunLog log = new RunLog(Path.of("/dev/full"), folder.resolve("tensorboard"))) {
      String message = assertThrows(RunException.class, () -> log.accept(PRETRAIN)).getMessage();
      assertEquals("/dev/full: cannot be written: No space left on device", message);
    }
    assertThrows(
        UserException.class,
        () -> new RunLog(folder.resolve("no/metrics.jsonl"), folder.resolve("tensorboard")));
  }

  private RunLog log() {
    return new RunLog(metrics(), folder.resolve("tensorboard"));
  }

  private Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  /** Folders with event files, each of which must hold exactly one. */
  private List<String> eventFolders() throws IOException {
    Path root = folder.resolve("tensorboard");
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> files = paths.filter(Files::isRegularFile).toList();
      assertTrue(
          files.stream()
              .allMatch(f -> f.getFileName().toString().startsWith("events.out.tfevents.")));
      return files.stream().map(f -> root.relativize(f.getParent()).toString()).sorted().toList();
    }
  }
}
