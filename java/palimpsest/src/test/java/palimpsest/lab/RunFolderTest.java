package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;

class RunFolderTest {
  private final Config config = ConfigFile.load("micro", List.of());

  @TempDir Path place;

  @Test
  void keepsItsConfiguration() {
    RunFolder folder = RunFolder.create(place.resolve("deep/er/run"), config);
    assertEquals(config, ConfigFile.load(folder.configuration().toString(), List.of()));
  }

  @Test
  void anEmptyFolderWillDo() {
    assertTrue(Files.exists(RunFolder.create(place, config).configuration()));
  }

  @Test
  void refusesWhatIsThere() throws IOException {
    RunFolder.create(place.resolve("run"), config);
    refused(() -> RunFolder.create(place.resolve("run"), config), "--resume");
    Path other = Files.createDirectory(place.resolve("other"));
    Files.createFile(other.resolve("notes"));
    refused(() -> RunFolder.create(other, config), "is there already");
    refused(() -> RunFolder.create(other.resolve("notes"), config), "is there already");
    refused(() -> RunFolder.create(other.resolve("notes/run"), config), "cannot be written");
  }

  @Test
  void refusesToGoOnWithWhatIsNoRun() throws IOException {
    refused(() -> RunFolder.resume(place.resolve("gone")), "no such folder");
    Path other = Files.createDirectory(place.resolve("other"));
    refused(() -> RunFolder.resume(other), "holds no config.yaml");
  }

  @Test
  void clearsAwayWhatAKilledRunLeftUnfinished() throws IOException {
    RunFolder folder = RunFolder.create(place.resolve("run"), config);
    Path seed = Files.createDirectories(folder.checkpoints().resolve("seed-1"));
    Path partial = Files.createDirectory(seed.resolve(".task0.17-1.partial"));
    Files.createFile(partial.resolve("log.jsonl"));
    Path whole = Files.createDirectory(seed.resolve("pretrain"));
    RunFolder.resume(folder.root());
    assertFalse(Files.exists(partial));
    assertTrue(Files.exists(whole));
  }

  private static void refused(Executable action, String expected) {
    String message = assertThrows(UserException.class, action).getMessage();
    assertTrue(message.contains(expected), message);
    assertFalse(message.contains("\n"), message);
  }
}
