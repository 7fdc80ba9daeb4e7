package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import palimpsest.base.EnvironmentException;
import palimpsest.base.RunException;
import palimpsest.base.StoppedException;
import palimpsest.base.UserException;
import palimpsest.cuda.CudaException;

final class FailureTest {
  @Test
  void everyKindHasItsExitCode() {
    assertEquals(
        new Failure(1, "the disk is full"), Failure.of(new RunException("the disk is full")));
    assertEquals(new Failure(2, "no"), Failure.of(new UserException("no")));
    assertEquals(new Failure(3, "no"), Failure.of(new EnvironmentException("no")));
    assertEquals(new Failure(130, "interrupted"), Failure.of(new StoppedException("interrupted")));
    IOException full = new IOException("no space");
    assertEquals(
        new Failure(1, "java.io.IOException: no space"),
        Failure.of(new UncheckedIOException(full)));
    assertEquals(1, Failure.of(new OutOfMemoryError("Java heap space")).code());
  }

  /** A GPU that fails is no fault of the program's: what the driver says is enough. */
  @Test
  void theDriverSaysWhatTheGpuDid() {
    assertEquals(
        new Failure(
            1,
            "cuMemAlloc: launch failure (CUDA_ERROR_LAUNCH_FAILED, 719); an earlier kernel may be"
                + " at fault, -Dpalimpsest.cuda.synchronous=true shows which"),
        Failure.of(
            new CudaException("cuMemAlloc", 719, "CUDA_ERROR_LAUNCH_FAILED", "launch failure")));
  }

  @Test
  void aFaultIsNamedAndStaysOneLine() {
    assertEquals(
        "palimpsest: a fault in Palimpsest: IllegalStateException: one two;"
            + " --debug shows the stack trace",
        Failure.of(new IllegalStateException("one\n  two\n")).line());
    assertEquals(1, Failure.of(new StackOverflowError()).code());
  }
}
