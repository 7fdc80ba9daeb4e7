package palimpsest.ops.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What ptxas says of the kernels: the static gate, which needs no GPU. */
class KernelResourcesTest {
  /** Two blocks of 256 threads fit a multiprocessor's 65,536 registers. */
  private static final int MOST_REGISTERS = 128;

  /** What a block has without asking for more. */
  private static final int MOST_SHARED = 48 << 10;

  @Test
  void readsTheTableOfTheBuild() {
    List<KernelResources> kernels =
        KernelResources.parse(
            """
            kernel                 for     registers spill stores spill loads  stack  shared
            gelu_backward_bf16     sm_90          37            4           8     16    1024
            """);
    assertEquals(
        List.of(new KernelResources("gelu_backward_bf16", "sm_90", 37, 4, 8, 16, 1024)), kernels);
    assertEquals("gelu", kernels.getFirst().family());
    assertEquals("backward_bf16", kernels.getFirst().variant());
  }

  @Test
  void noKernelSpillsOrTakesMoreThanItsShare() {
    Optional<List<KernelResources>> kernels = KernelResources.ofBuild();
    assumeTrue(kernels.isPresent(), "this build had no nvcc");
    assertTrue(kernels.get().size() > 100, kernels.get().size() + " kernels");
    assertAll(
        kernels.get().stream()
            .map(
                kernel ->
                    () -> {
                      assertEquals(
                          0, kernel.spillStores() + kernel.spillLoads(), kernel.toString());
                      assertTrue(kernel.registers() <= MOST_REGISTERS, kernel.toString());
                      assertTrue(kernel.sharedBytes() <= MOST_SHARED, kernel.toString());
                    }));
  }
}
