package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.RunException;
import palimpsest.cli.Terminal.Outcome;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

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
  void withoutACommandItSaysWhatThereIs() {
    Outcome outcome = palimpsest("kernels");
    assertEquals(0, outcome.code());
    assertTrue(outcome.out().contains("check"), outcome.out());
  }
}
