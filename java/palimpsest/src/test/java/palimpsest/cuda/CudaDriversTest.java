package palimpsest.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import palimpsest.base.EnvironmentException;
import palimpsest.base.UserException;

class CudaDriversTest {
  @Test
  void findsFfm() {
    assertEquals("ffm", CudaDrivers.provider("ffm").name());
  }

  @Test
  void saysWhatIsMissingForJcuda() {
    assertEquals(
        "--driver jcuda: palimpsest-jcuda.jar is not on the class path; './mvnw package' builds it",
        assertThrows(EnvironmentException.class, () -> CudaDrivers.provider("jcuda")).getMessage());
  }

  @Test
  void refusesOtherNames() {
    assertEquals(
        "--driver opencl: must be ffm or jcuda",
        assertThrows(UserException.class, () -> CudaDrivers.provider("opencl")).getMessage());
  }
}
