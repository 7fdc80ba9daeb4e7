package palimpsest.ops.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import palimpsest.base.RunException;
import palimpsest.base.StopRequest;
import palimpsest.base.StoppedException;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;
import palimpsest.ops.TestDevices;

/** On the device of the tests: what is right is ok, and what is wrong in any way is found. */
class KernelCheckTest {
  private static CheckReport check(Device device, String... families) {
    return new KernelCheck(List.of(families), new StopRequest()).on(device);
  }

  static Stream<DType> dtypes() {
    return TestDevices.dtypes();
  }

  @ParameterizedTest
  @MethodSource("dtypes")
  void everythingIsRightAndEveryOperationIsTried(DType dtype) {
    try (Device device = TestDevices.open(dtype)) {
      Set<String> called = new TreeSet<>();
      Device watched = WrongDevice.around(device, (operation, _) -> called.add(operation));
      CheckReport report = check(watched);
      report.require();
      assertTrue(report.table().endsWith(": all ok\n"), report.table());
      Set<String> all =
          Stream.of(Ops.class.getMethods())
              .map(method -> method.getName())
              .filter(name -> !name.equals("mark")) // says where others are, and computes nothing
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(all, called, "an operation has no check");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "attention, attentionForward",
    "attention, attentionBackward",
    "attention, attentionDecode",
    "layernorm, layerNormPairForward",
    "layernorm, layerNormBackward",
    "adamw, adamw",
    "gelu, geluBackward",
    "residual, add",
    "residual, scatterRows",
    "embedding, embeddingBackward",
    "crossentropy, crossEntropyForwardBackward",
    "matmul, matmulBiasAdd",
    "ranges, mergeGradients"
  })
  void oneNumberThatIsOffByAThousandthIsWrong(String family, String operation) {
    CheckReport report = broken(family, operation, WrongDevice.Damage.OFF_BY_A_THOUSANDTH);
    for (Finding finding : report.findings()) {
      if (finding.ok()) {
        continue;
      }
      assertTrue(
          finding.operation().startsWith(operation) || operation.equals("attentionForward"),
          "%s is blamed for %s".formatted(finding, operation));
    }
    var error = assertThrows(RunException.class, report::require);
    assertTrue(error.getMessage().endsWith("WRONG: " + family), error.getMessage());
    assertTrue(report.table().contains("WRONG"), report.table());
  }

  @Test
  void notANumberIsWrongAndNullInTheJson() {
    CheckReport report = broken("gelu", "geluBackward", WrongDevice.Damage.NOT_A_NUMBER);
    Finding wrong =
        report.findings().stream().filter(finding -> !finding.ok()).findFirst().orElseThrow();
    assertTrue(Double.isNaN(wrong.error()));
    assertFalse(report.asMap().toString().contains("NaN"), report.asMap().toString());
  }

  @Test
  void aNumberBesideTheTensorIsWrong() {
    CheckReport report = broken("residual", "add", WrongDevice.Damage.BESIDE);
    assertTrue(report.table().contains("an operation wrote beside its tensor"), report.table());
    assertThrows(RunException.class, report::require);
  }

  private static CheckReport broken(String family, String operation, WrongDevice.Damage damage) {
    try (Device device = TestDevices.open(DType.FP32)) {
      return check(WrongDevice.of(device, operation, damage), family);
    }
  }

  @Test
  void itCanBeStopped() {
    StopRequest stop = new StopRequest();
    stop.request();
    try (Device device = TestDevices.open(DType.FP32)) {
      KernelCheck check = new KernelCheck(List.of("gelu"), stop);
      assertThrows(StoppedException.class, () -> check.on(device));
    }
  }
}
