package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;

class RunLockTest {
  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  @Test
  void theSecondWriterIsRefused() {
    try (RunLock _ = RunLock.on(folder, notes::add)) {
      String message =
          assertThrows(UserException.class, () -> RunLock.on(folder, notes::add)).getMessage();
      String me = Long.toString(ProcessHandle.current().pid());
      assertTrue(message.contains("process " + me + " is writing here"), message);
    }
    assertFalse(Files.exists(folder.resolve(RunLock.FILE)));
    RunLock.on(folder, notes::add).close();
    assertEquals(List.of(), notes);
  }

  @Test
  void whatAKilledWriterLeftIsTakenOver() throws IOException {
    Files.writeString(folder.resolve(RunLock.FILE), "12345\n");
    try (RunLock _ = RunLock.on(folder, notes::add)) {
      assertEquals(1, notes.size());
      assertTrue(notes.getFirst().contains("process 12345 was writing here and is gone"));
    }
  }
}
