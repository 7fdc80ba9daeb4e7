package palimpsest.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import palimpsest.cli.doctor.Finding.Verdict;

final class MachineTest {
  @Test
  void aForcedCoreIsNamedAndItsIgnoringExplained() {
    assertEquals(Optional.empty(), Machine.forcedCore(Map.of("PATH", "/bin")));
    Finding finding = Machine.forcedCore(Map.of("OPENBLAS_CORETYPE", "Haswell")).orElseThrow();
    assertEquals(Verdict.NOTE, finding.verdict());
    assertTrue(finding.found().contains("OPENBLAS_CORETYPE=Haswell"), finding.found());
    assertTrue(finding.advice().contains("--set blas.core=Haswell"), finding.advice());
  }

  @Test
  void aFolderThatCannotBeWrittenIsPointedOut() {
    Finding finding = Machine.disk(Path.of("/proc"));
    assertEquals(Verdict.NOTE, finding.verdict());
    assertTrue(finding.advice().contains("--out"), finding.advice());
  }

  @Test
  void theMachineTheTestsRunOnWillDo() {
    assertEquals(Verdict.OK, Machine.system().verdict());
    assertEquals(Verdict.OK, Machine.jdk().verdict());
  }
}
