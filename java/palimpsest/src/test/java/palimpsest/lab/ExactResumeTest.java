package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.io.Disk;
import palimpsest.ops.TestDevices;
import palimpsest.testing.OptionalTools;

/** Real models, killed at random and gone on with: the same bits as if nothing had happened. */
class ExactResumeTest {
  @TempDir(factory = MemoryFolder.class)
  Path place;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1; seq,replay:0.2,ewc:100,freeze:1,lora:2; 2; false",
        "2; seq,replay:0.3,ewc:10,lora:2,task-vector,isolation:2:id=entropy; 3; true",
        "3; freeze:1:from-first,joint,lamol,der++:20,bio:share=0.2; 3; false"
      })
  void killedAtRandomItComesToTheSameBits(
      long seed, String methods, int tasks, boolean carryMoments) throws IOException {
    Config config =
        small(
            "methods=[%s]".formatted(methods.replaceAll("([^,]*id=[^,]*)", "'$1'")),
            "data.tasks=" + tasks,
            "optimizer.carry_moments=" + carryMoments,
            "device.kind=cpu",
            "device.threads=" + (1 + seed % 2));
    compare(config, seed, 900);
  }

  @Test
  @Tag(TestDevices.SIMULATOR)
  void theSimulatorToo() throws IOException {
    OptionalTools.simulator();
    compare(
        small(
            "methods=[replay:0.2]",
            "device.kind=sim",
            "pretrain.steps=8",
            "task0.steps=4",
            "task1.max_steps=6"),
        4,
        250);
  }

  private void compare(Config config, long seed, int changes) throws IOException {
    var resume = new ExactResume(place, config);
    resume.run("whole", Disk.PLAIN);
    int kills = resume.runWithKills("killed", seed, changes);
    assertTrue(kills >= 3, kills + " kills");
    ExactResume.assertSame(place.resolve("whole"), place.resolve("killed"));
  }

  private static Config small(String... more) {
    List<ConfigOverride> overrides = new ArrayList<>();
    for (String one :
        List.of(
            "pretrain.steps=15",
            "task0.steps=8",
            "task1.max_steps=10",
            "task1.longest_ratio=1",
            "recovery.early_step=5",
            "recovery.steps=5",
            "recovery.points=[0,3,5]",
            "checkpoints.task1_steps=[2,8]")) {
      overrides.add(ConfigOverride.parse(one));
    }
    for (String one : more) {
      overrides.add(ConfigOverride.parse(one));
    }
    return ConfigFile.load("micro", overrides);
  }
}
