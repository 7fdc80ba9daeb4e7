package palimpsest.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.data.Tokenizer;
import palimpsest.data.Tokenizers;
import palimpsest.model.ModelFolder;
import palimpsest.ops.cpu.CpuDevice;

/**
 * Every native library of the program, with the network off and others' libraries lying wherever a
 * loader might look: none of those is taken, nothing is fetched, and nothing is left behind.
 */
class OfflineTest {
  private static final String TOKENIZERS =
      ".djl.ai/tokenizers/0.21.0-0.38.0-cpu-linux-x86_64/libtokenizers.so";

  /** What the libraries need and the linker would look for in {@code LD_LIBRARY_PATH}. */
  private static final List<String> PLANTED =
      List.of(
          "libtokenizers.so",
          "libdnnl.so.3",
          "libgomp.so.1",
          "libopenblas.so.0",
          "libgfortran.so.5",
          "libquadmath.so.0");

  @TempDir Path folder;

  @Test
  void takesItsOwnLibrariesAndNoOthers() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path home = Files.createDirectory(folder.resolve("home"));
    for (String name : PLANTED) {
      plant(temporary.resolve(name));
    }
    plant(home.resolve(TOKENIZERS));
    List<Path> before = files();
    List<String> said = child(temporary, home);
    assertEquals(before, files());
    assertEquals(here(), said.getFirst());
    List<String> mapped = said.subList(1, said.size());
    assertTrue(mapped.size() >= 7, mapped.toString());
    for (String library : mapped) {
      assertTrue(
          library.matches(".*/tmp/palimpsest-(blas|tokenizers)\\d+/lib\\S+ \\(deleted\\)"),
          library);
    }
  }

  private static void plant(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "no library, and so whoever takes it fails");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> !path.toString().contains("hsperfdata")).sorted().toList();
    }
  }

  private List<String> child(Path temporary, Path home) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(withoutNetwork());
    command.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--illegal-native-access=deny",
            "-Djava.io.tmpdir=" + temporary,
            "-Duser.home=" + home,
            "-Dhttp.proxyHost=127.0.0.1",
            "-Dhttp.proxyPort=1",
            "-Dhttps.proxyHost=127.0.0.1",
            "-Dhttps.proxyPort=1",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            temporary.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.put("HOME", home.toString());
    environment.put("LD_LIBRARY_PATH", temporary.toString());
    environment.put("DJL_CACHE_DIR", home.resolve(".djl.ai").toString());
    Path errors = Files.createTempFile("palimpsest-offline", null);
    Process child = builder.redirectError(errors.toFile()).start();
    String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = child.waitFor();
    assertEquals(0, code, Files.readString(errors));
    Files.delete(errors);
    return out.lines().toList();
  }

  /**
   * A network of its own with nothing in it, where the system lets us; else proxies lead nowhere.
   */
  private static List<String> withoutNetwork() throws InterruptedException {
    List<String> command = List.of("unshare", "--map-root-user", "--net");
    try {
      List<String> trial = new ArrayList<>(command);
      trial.add("true");
      return new ProcessBuilder(trial).start().waitFor() == 0 ? command : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** What the child computes, computed in this process. */
  private static String here() throws IOException {
    Path model = Files.createTempDirectory("palimpsest-offline");
    return Child.compute(model);
  }

  /**
   * Says what it computed, then which of the libraries it mapped came from the temporary folder.
   */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Path model = Files.createTempDirectory("model");
      System.out.println(compute(model));
      try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
        lines
            .filter(line -> line.contains(arguments[0]) && line.contains(".so"))
            .map(line -> line.substring(line.indexOf('/')))
            .distinct()
            .forEach(System.out::println);
      }
    }

    static String compute(Path folder) throws IOException {
      Samples.model(folder, false);
      Samples.resource(folder, "tokenizer.json", "bpe.json");
      try (var device = new CpuDevice(1)) {
        String text;
        try (Tokenizer tokenizer = Tokenizers.load(folder);
            var parameters = ModelFolder.open(device, folder)) {
          text = tokenizer.encode("born in Paris").length + " tokens, " + parameters.size();
        }
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
        return text;
      }
    }
  }
}
