package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.RunException;
import palimpsest.cli.Terminal.Outcome;
import palimpsest.testing.JsonSchemas;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

final class KernelsCommandTest {
  @Test
  void everythingIsOkOnTheCpu() {
    Outcome outcome = palimpsest("kernels", "check", "--device", "cpu");
    assertEquals("", outcome.err());
    assertEquals(0, outcome.code());
    for (String family :
        "attention layernorm adamw gelu residual embedding crossentropy imitation matmul ranges"
            .split(" ")) {
      assertTrue(outcome.out().contains("\n" + family + " "), outcome.out());
    }
    assertTrue(outcome.out().endsWith(": all ok\n"), outcome.out());
  }

  @Test
  void jsonForScripts() {
    Outcome outcome =
        palimpsest("kernels", "check", "gelu", "--device", "cpu", "--dtype", "fp32", "--json", "-");
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertEquals("cpu", json.get("device").get("kind").stringValue());
    assertEquals(0, json.get("wrong").intValue());
    assertEquals(json.get("checked").intValue(), json.get("findings").size());
    for (JsonNode finding : json.get("findings")) {
      assertEquals("gelu", finding.get("family").stringValue());
      assertEquals("fp32", finding.get("dtype").stringValue());
      assertTrue(finding.get("error").doubleValue() <= finding.get("tolerance").doubleValue());
      assertTrue(finding.get("ok").booleanValue());
    }
  }

  @Test
  void theCpuHasNoPrimitives() {
    Outcome outcome = palimpsest("kernels", "check", "primitives", "--device", "cpu");
    assertEquals(0, outcome.code());
    assertEquals(
        "primitives: none on the CPU, which has no CUDA kernels; --device sim runs them\n",
        outcome.out());
  }

  /** What {@code CheckReport.require} throws. */
  @Test
  void whatIsWrongIsExitCode1() {
    assertEquals(1, Failure.of(new RunException("3 of 24 checks on cpu are WRONG: gelu")).code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          gleu => no kernel family is called 'gleu'; did you mean 'gelu'?
          gelu zzz => no kernel family is called 'zzz'; there are attention, layernorm, adamw, gelu, residual, embedding, crossentropy, imitation, matmul, ranges, primitives
          gelu --dtype fp16 => --dtype fp16: must be fp32, bf16 or all
          gelu --device cpu --dtype bf16 => --dtype bf16: the CPU computes in fp32; bf16 needs --device cuda
          """)
  void aMistakeIsOneLine(String arguments, String line) {
    Outcome outcome = palimpsest(("kernels check " + arguments).split(" "));
    assertEquals("palimpsest: " + line + "\n", outcome.err());
    assertEquals(2, outcome.code());
    assertEquals("", outcome.out());
  }

  @Test
  void listsWhatEachOperationHasToDo() {
    Outcome outcome =
        palimpsest("kernels", "list", "attention", "--model", "pythia-160m", "--json", "-");
    assertEquals("", outcome.err());
    JsonNode list = new ObjectMapper().readTree(outcome.out());
    assertEquals(96, list.get("shape").get("B").intValue());
    JsonNode forward = list.get("operations").get(0);
    assertEquals("attentionForward", forward.get("operation").stringValue());
    assertEquals(304_349_184, forward.get("bytes").doubleValue());
    assertEquals(list.get("kernels").isNull(), !list.get("kernels_absent").isNull());
    for (JsonNode kernel : list.get("kernels")) {
      assertTrue(kernel.get("kernel").stringValue().startsWith("attention_"), kernel.toString());
      assertEquals("sm_90", kernel.get("architecture").stringValue());
    }
  }

  @Test
  void benchWritesAFileThatCanBeCompared(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("bench.json");
    Path picture = folder.resolve("roofline.svg");
    Outcome bench =
        palimpsest(
            ("kernels bench gelu residual --device cpu --model micro --rounds 2 --seconds 0.001"
                    + " --json %s --roofline %s")
                .formatted(file, picture)
                .split(" "));
    assertEquals("", bench.err());
    assertEquals(0, bench.code());
    assertTrue(bench.out().contains("gelu/geluBackward"), bench.out());
    JsonSchemas.checkText("kernels-bench.json", Files.readString(file));
    assertTrue(Files.readString(picture).contains("gelu/geluBackward"));

    Path now = timed(file, "now.json", 1);
    Path later = timed(file, "later.json", 1.05);
    Outcome same = compared(now, now);
    assertEquals(0, same.code());
    assertTrue(same.out().contains("16 same, 0 faster, 0 slower, 0 ambiguous"), same.out());
    assertEquals(1, compared(now, later).code());
    assertEquals(0, compared(later, now).code());
    assertEquals(0, compared(now, later, "--tolerance", "0.1").code());
  }

  private static Outcome compared(Path before, Path after, String... options) {
    List<String> words = new ArrayList<>(List.of("kernels", "compare"));
    words.add(before.toString());
    words.add(after.toString());
    words.addAll(List.of(options));
    return palimpsest(words.toArray(String[]::new));
  }

  /** The same file, every time in it so many seconds. */
  private static Path timed(Path file, String name, double seconds) throws IOException {
    JsonNode root = new ObjectMapper().readTree(Files.readString(file));
    for (JsonNode row : root.get("figures")) {
      ObjectNode time = (ObjectNode) row.get("time");
      List.of("median", "low", "high").forEach(field -> time.put(field, seconds));
    }
    return Files.writeString(file.resolveSibling(name), root.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          list --model pythia => --model pythia: there is no such shape; did you mean 'pythia-70m'? (there are pythia-70m, pythia-160m, pythia-410m, small, tiny, micro)
          list --card GTX => --card GTX: no data sheet of it is known; there are NVIDIA H100 PCIe, NVIDIA H100, NVIDIA H200, NVIDIA A100-SXM4-40GB, NVIDIA A100, NVIDIA GeForce RTX 4090
          bench --rounds 0 => --rounds 0: must be 1 or more
          bench --dtype fp16 => --dtype fp16: must be fp32 or bf16
          bench --json nowhere/a.json => --json: there is no folder /FOLDER/nowhere
          compare none.json none.json => none.json: cannot be read: there is no such file
          """)
  void aMistakeOfAnotherCommandIsOneLine(String arguments, String line) {
    Outcome outcome = palimpsest(("kernels " + arguments).split(" "));
    String here = Path.of("").toAbsolutePath().toString();
    assertEquals("palimpsest: " + line.replace("/FOLDER", here) + "\n", outcome.err());
    assertEquals(2, outcome.code());
  }

  @Test
  void withoutACommandItSaysWhatThereIs() {
    Outcome outcome = palimpsest("kernels");
    assertEquals(0, outcome.code());
    assertTrue(outcome.out().contains("check"), outcome.out());
  }
}
