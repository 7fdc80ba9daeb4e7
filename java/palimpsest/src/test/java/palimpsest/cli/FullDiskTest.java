package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.RandomStream;
import palimpsest.lab.ExactResume;
import palimpsest.testing.OptionalTools;

/** Runs on a disk of their own, a small tmpfs; {@code -Pchaos} fills it up at many moments. */
class FullDiskTest {
  private static final int TIMES = Integer.getInteger("palimpsest.chaos.fillings", 1);

  /**
   * In a namespace of its own: mounts a disk of {@code $1} KiB on {@code $2}, starts the rest of
   * the command line, which writes there and says something in {@code $4}, and fills the disk as
   * soon as there are {@code $3} files, until the program has noticed; then there is space again.
   * What it left is copied beside.
   */
  private static final String FILL =
      """
      mount -t tmpfs -o size="$1k" none "$2" || exit 99
      disk=$2 files=$3 said=$4
      shift 4
      "$@" >"$said" 2>&1 &
      running() { kill -0 $! 2>/dev/null; }
      while running && [ "$(find "$disk" -type f | wc -l)" -lt "$files" ]; do sleep 0.02; done
      while running && ! grep -q 'the disk is full' "$said"; do
        dd if=/dev/zero of="$disk/filler" bs=64k oflag=append conv=notrunc 2>/dev/null
        sleep 0.05
      done
      rm -f "$disk/filler"
      wait $!
      code=$?
      cp -r "$disk" "$disk.copy"
      exit $code
      """;

  @TempDir private Path folder;

  @Test
  void aDiskThatFillsUpIsWaitedForAndNothingIsLost() throws Exception {
    OptionalTools.mounts();
    Path whole = folder.resolve("whole");
    Path said = folder.resolve("said");
    assertEquals(0, run(command(whole), said), () -> read(said));
    RandomGenerator random = RandomStream.of(3, "chaos");
    for (int time = 0; time < TIMES; time++) {
      Path disk = Files.createDirectory(folder.resolve("disk-" + time));
      String files = String.valueOf(random.nextInt(2, 80));
      assertEquals(
          0, run(filled(disk, "400000", files, said), folder.resolve("script")), () -> read(said));
      assertTrue(
          read(said).contains("palimpsest: the disk is full; waiting for space to write " + disk),
          () -> read(said));
      ExactResume.assertSame(whole, disk.resolveSibling(disk.getFileName() + ".copy/run"));
    }
  }

  @Test
  void aDiskThatIsTooSmallIsRefusedBeforeTheFirstStep() throws Exception {
    OptionalTools.mounts();
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path said = folder.resolve("said");
    assertEquals(3, run(filled(disk, "500", "1000000", said), folder.resolve("script")));
    assertTrue(
        read(said)
            .matches(
                "(?s).*palimpsest: \\S+: the run will write \\d+ MiB there, and 1 MiB are free.*"),
        () -> read(said));
  }

  private static List<String> command(Path out) {
    List<String> command = ChildProgram.command("Main");
    command.addAll(ChildProgram.SMALL_RUN);
    command.addAll(List.of("--checkpoint-every", "4", "--no-cache", "--methods", "seq,ewc:100"));
    command.addAll(List.of("--out", out.toString()));
    return command;
  }

  private static List<String> filled(Path disk, String kibibytes, String files, Path said) {
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", FILL, "sh"));
    command.addAll(List.of(kibibytes, disk.toString(), files, said.toString()));
    command.addAll(command(disk.resolve("run")));
    return command;
  }

  private static int run(List<String> command, Path said) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start()
        .waitFor();
  }

  private static String read(Path said) {
    try {
      return Files.readString(said, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
