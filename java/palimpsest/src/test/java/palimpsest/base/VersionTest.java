package palimpsest.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class VersionTest {
  @Test
  void theBuildWroteDownWhatItBuilt() {
    assertTrue(Version.number().matches("\\d+\\.\\d+\\.\\d+(-\\w+)?"), Version.number());
    Version.commit().ifPresent(commit -> assertTrue(commit.matches("[0-9a-f]{7,40}\\+?"), commit));
  }
}
