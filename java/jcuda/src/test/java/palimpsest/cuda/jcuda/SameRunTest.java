package palimpsest.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run on the simulator by one way to call the driver, and by the other. */
class SameRunTest {
  @TempDir Path folder;

  @Test
  void bothDriversTrainTheSameBits() throws IOException, InterruptedException {
    Simulator.require();
    Path ffm = run("ffm");
    Path jcuda = run("jcuda");
    List<Path> models = models(ffm);
    assertFalse(models.isEmpty());
    for (Path model : models) {
      assertArrayEquals(
          Files.readAllBytes(ffm.resolve(model)),
          Files.readAllBytes(jcuda.resolve(model)),
          model.toString());
    }
  }

  private Path run(String driver) throws IOException, InterruptedException {
    Path out = folder.resolve(driver);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--illegal-native-access=deny");
    command.addAll(Simulator.options());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "palimpsest.cli.Main"));
    command.addAll(List.of("run", "micro", "--device", "sim", "--driver", driver, "--no-cache"));
    command.addAll(List.of("--quiet", "--methods", "seq", "--out", out.toString()));
    for (String set :
        List.of(
            "pretrain.steps=5",
            "task0.steps=3",
            "task1.max_steps=3",
            "task1.check_every=3",
            "task1.dense_until=0",
            "recovery.early_step=2",
            "recovery.steps=2",
            "recovery.points=[0,2]")) {
      command.addAll(List.of("--set", set));
    }
    File said = folder.resolve(driver + ".txt").toFile();
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(said)
            .start()
            .waitFor();
    assertEquals(0, code, () -> text(said));
    return out;
  }

  private static String text(File said) {
    try {
      return Files.readString(said.toPath());
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static List<Path> models(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files
          .filter(file -> file.endsWith("model.safetensors"))
          .map(run::relativize)
          .sorted()
          .toList();
    }
  }
}
