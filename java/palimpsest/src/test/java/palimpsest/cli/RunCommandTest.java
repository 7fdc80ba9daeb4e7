package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.cli.Terminal.Outcome;
import palimpsest.report.Results;

final class RunCommandTest {
  @TempDir private Path folder;

  private final Terminal terminal = new Terminal(false);

  private Outcome run(String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", "--no-cache"));
    arguments.addAll(List.of(more));
    return terminal.run(arguments.toArray(String[]::new));
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aRunEndsWithAReport_andGoesOnWithAnotherMethod() throws Exception {
    Path out = folder.resolve("run");
    Outcome outcome = run("micro", "--methods", "seq", "--out", out.toString(), "--threads", "1");
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.out().contains("Report: " + out.resolve("report.html")), outcome.out());
    for (String file : List.of("config.yaml", "metrics.jsonl", "results.json", "report.html")) {
      assertTrue(Files.exists(out.resolve(file)), file);
    }
    assertTrue(outcome.err().contains("device cpu: "), outcome.err());
    assertTrue(outcome.err().contains("(auto: "), outcome.err());
    assertTrue(outcome.err().contains("] seed 1 pretrain: "), outcome.err());

    Outcome more =
        run("--resume", out.toString(), "--methods", "freeze:1", "--keep", "1", "--quiet");
    assertEquals(0, more.code(), more.err());
    assertEquals("", more.err());
    assertEquals(List.of("seq", "freeze:1"), Results.read(out.resolve("results.json")).methods());
    assertTrue(Files.readString(out.resolve("config.yaml")).contains("freeze:1"));
  }

  @Test
  void anInterruptionSaysHowToGoOn() {
    terminal.stop().request();
    Path out = folder.resolve("run");
    Outcome outcome = run("micro", "--out", out.toString(), "--quiet");
    assertEquals(130, outcome.code());
    assertTrue(
        outcome
            .err()
            .matches(
                "palimpsest: interrupted after \\S+ s; resume with: palimpsest run --resume "
                    + out
                    + "\n"),
        outcome.err());
    assertEquals("", outcome.out());
    assertTrue(Files.exists(out.resolve("config.yaml")));
    assertFalse(Files.exists(out.resolve("results.json")));
    assertFalse(Files.exists(out.resolve("report.html")));
  }

  @Test
  void interruptedInEveryPhase_itComesToTheSameResults() throws Exception {
    Path whole = folder.resolve("whole");
    String[] small = {"micro", "--methods", "seq", "--threads", "1", "--set", "pretrain.steps=9"};
    List<String> command = new ArrayList<>(List.of("run", "--no-cache"));
    command.addAll(List.of(small));
    command.add("--out");
    assertEquals(0, new Terminal(false).run(with(command, whole)).code());

    Path parts = folder.resolve("parts");
    Outcome outcome = new Terminal(false).stoppedAt("device cpu").run(with(command, parts));
    for (int phase = 1; phase <= 6; phase++) {
      assertEquals(130, outcome.code(), outcome.err());
      outcome =
          new Terminal(false)
              .stoppedAt("[%d/6]".formatted(phase))
              .run("run", "--no-cache", "--resume", parts.toString());
      assertTrue(outcome.err().contains("[%d/6]".formatted(phase)), outcome.err());
    }
    assertEquals(0, outcome.code(), outcome.err());
    assertEquals(seq(whole).curve(), seq(parts).curve());
    assertEquals(seq(whole).recovery(), seq(parts).recovery());
    try (Stream<Path> files = Files.walk(parts)) {
      assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".partial")).toList());
    }
  }

  private static String[] with(List<String> command, Path out) {
    return Stream.concat(command.stream(), Stream.of(out.toString())).toArray(String[]::new);
  }

  private static Results.Method seq(Path run) {
    return Results.read(run.resolve("results.json")).runs().getFirst().methods().get("seq");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          tniy                              => 2 => 'tniy': there is no such preset; did you mean tiny?
          none.yaml                         => 2 => none.yaml: cannot be read
          micro --threads -1                => 2 => --threads -1: device.threads
          micro --threads two               => 2 => --threads two: device.threads
          micro --seeds 1,1                 => 2 => --seeds 1,1: seeds: 1 is listed twice
          micro --seeds one                 => 2 => --seeds one: seeds
          micro --repeats 0                 => 2 => --repeats 0: repeats
          micro --methods sqe               => 2 => did you mean 'seq'?
          micro --methods freeze:99         => 2 => freeze:99
          micro --set model.width=0         => 2 => --set model.width=0: model.width
          micro --set model.width=-8        => 2 => --set model.width=-8: model.width
          micro --set model.heads=3         => 2 => is not divisible by 3 heads
          micro --set data.people=99999999  => 2 => --set data.people=99999999: data.people
          micro --set data.people=100000    => 2 => 100020 people in all, but 10 x 10 x 20 names
          micro --set data.peopel=10        => 2 => did you mean data.people?
          micro --set data.people           => 2 => must be written key.path=value
          micro --set tokenizer=/none.json  => 2 => /none.json
          micro --set blas.core=Nonesuch    => 2 => blas.core
          micro --device cuda:99            => 3 => palimpsest:
          micro --device gpu                => 2 => --device gpu: must be auto, cpu, cuda, cuda:N or sim
          micro --device sim:1              => 2 => --device sim:1: must be auto, cpu, cuda, cuda:N or sim
          micro --driver opencl             => 2 => --driver opencl: device.driver
          micro --device cpu --dtype bf16   => 2 => --dtype bf16: the CPU computes in fp32
          micro --keep -1                   => 2 => --keep -1: must be 0 or more
          micro --keep few                  => 2 => 'few' is not a whole number
          micro --on-nonfinite explode      => 2 => --on-nonfinite explode: must be stop or skip
          micro --resume runs/none          => 2 => leave out one of the two
          micro small                       => 2 => 'small' is one argument too many
          """)
  void aMistakeIsOneLineAndLeavesNothing(String arguments, int code, String said) throws Exception {
    List<String> words = new ArrayList<>(List.of(arguments.split(" +")));
    words.addAll(List.of("--out", folder.resolve("run").toString()));
    Outcome outcome = run(words.toArray(String[]::new));
    assertEquals(code, outcome.code(), outcome.err());
    assertEquals(1, outcome.errLines().size(), outcome.err());
    assertTrue(outcome.err().contains(said), outcome.err());
    assertEquals("", outcome.out());
    assertEquals(List.of(), files());
  }

  @Test
  void aBadFileIsNamedWithLineAndColumn() throws Exception {
    Path file = Files.writeString(folder.resolve("mine.yaml"), "data:\n  people: [1,\n");
    Outcome malformed = run(file.toString(), "--out", folder.resolve("run").toString());
    assertEquals(2, malformed.code(), malformed.err());
    assertEquals(1, malformed.errLines().size(), malformed.err());
    assertTrue(malformed.err().contains(file + ":"), malformed.err());
    Files.writeString(file, "preset: micro\ndata:\n  peple: 12\n");
    Outcome unknown = run(file.toString(), "--out", folder.resolve("run").toString());
    assertEquals(2, unknown.code(), unknown.err());
    assertTrue(unknown.err().contains(file + ":3:3"), unknown.err());
    assertEquals(List.of(file), files());
  }

  @Test
  void aFolderThatIsTakenOrCannotBeMadeIsRefused() throws Exception {
    Files.writeString(folder.resolve("mine"), "hands off");
    Outcome taken = run("micro", "--out", folder.toString());
    assertEquals(2, taken.code(), taken.err());
    assertEquals(1, taken.errLines().size(), taken.err());
    assertEquals(List.of(folder.resolve("mine")), files());
    Outcome impossible = run("micro", "--out", "/proc/palimpsest");
    assertEquals(2, impossible.code(), impossible.err());
    assertEquals(1, impossible.errLines().size(), impossible.err());
  }

  @Test
  void onlyARunCanBeResumed_andOnlyWithMoreOfIt() throws Exception {
    Outcome none = run("--resume", folder.resolve("none").toString());
    assertEquals(2, none.code());
    assertEquals(1, none.errLines().size(), none.err());
    Outcome other = run("--resume", folder.toString());
    assertEquals(2, other.code());
    assertTrue(other.err().contains("holds no config.yaml"), other.err());

    Path out = folder.resolve("run");
    terminal.stop().request();
    assertEquals(130, run("micro", "--out", out.toString()).code());
    Outcome changed = run("--resume", out.toString(), "--set", "data.people=30");
    assertEquals(2, changed.code(), changed.err());
    assertTrue(changed.err().contains("keeps its configuration"), changed.err());
    Outcome moved = run("--resume", out.toString(), "--out", out.toString());
    assertEquals(2, moved.code(), moved.err());
  }
}
