package palimpsest.launcher;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JDK {@code mvnw} and {@code palimpsest} take. */
@Tag("launcher")
class JdkFinderTest {
  @TempDir Path folder;

  @Test
  void takesJavaHomeFirst() throws Exception {
    Path chosen = jdk("chosen", "25.0.1");
    assertEquals(chosen.toString(), found(chosen, jdk("other", "25.0.2"), "25"));
  }

  @Test
  void anOldJavaHomeDoesNotHideTheOneOnThePath() throws Exception {
    Path onPath = jdk("on the path", "26");
    assertEquals(onPath.toString(), found(jdk("old", "17.0.15"), onPath, "25"));
  }

  @Test
  void aRuntimeWithoutACompilerIsNoJdk() throws Exception {
    Path runtime = jdk("runtime", "25");
    Files.delete(runtime.resolve("bin/javac"));
    Path jdk = jdk("jdk", "25");
    assertEquals(jdk.toString(), found(runtime, jdk, "25"));
  }

  @Test
  void looksInTheHomeFolderAndTakesTheOldestThatIsNewEnough() throws Exception {
    jdk(".jdks/newest", "101.0.1");
    Path right = jdk(".sdkman/candidates/java/right", "99.0.1");
    assertEquals(right.toString(), found(jdk("old", "1.8.0_202"), jdk("older", "11"), "99"));
  }

  @Test
  void saysInOneLineWhatItLookedForAndWhere() throws Exception {
    Launched launched = find(jdk("old", "17.0.15"), jdk("path", "21.0.3"), "99");
    assertAll(
        () -> assertEquals(3, launched.code()),
        () -> assertEquals("", launched.out()),
        () -> assertEquals(1, launched.errLines().size(), launched.err()),
        () -> assertTrue(launched.err().contains("no JDK 99"), launched.err()),
        () -> assertTrue(launched.err().contains("JAVA_HOME (17)"), launched.err()),
        () -> assertTrue(launched.err().contains("PATH (21)"), launched.err()));
  }

  /** A folder that looks like a JDK of a version. */
  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    for (String tool : List.of("java", "javac")) {
      Files.createFile(home.resolve("bin").resolve(tool)).toFile().setExecutable(true);
    }
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private String found(Path javaHome, Path onPath, String wanted) throws Exception {
    Launched launched = find(javaHome, onPath, wanted);
    assertEquals(0, launched.code(), launched.err());
    return launched.out().strip();
  }

  private Launched find(Path javaHome, Path onPath, String wanted) throws Exception {
    Path finder = folder.resolve("find-jdk");
    String source = Files.readString(Launched.root().resolve("tools/find-jdk"));
    Files.writeString(finder, source.replace("jdk_wanted=25", "jdk_wanted=" + wanted));
    return Launched.run(
        folder,
        Map.of(
            "JAVA_HOME",
            javaHome.toString(),
            "HOME",
            folder.toString(),
            "PATH",
            onPath.resolve("bin") + ":" + System.getenv("PATH")),
        List.of("sh", "-euc", ". ./find-jdk; printf '%s\\n' \"$JAVA_HOME\""));
  }
}
