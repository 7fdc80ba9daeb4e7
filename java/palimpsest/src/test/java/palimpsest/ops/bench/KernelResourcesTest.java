package palimpsest.ops.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What ptxas says of the kernels: which needs no GPU. */
class KernelResourcesTest {
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
  void theBuildsOwnTableIsWhole() {
    Optional<List<KernelResources>> kernels = KernelResources.ofBuild();
    assumeTrue(kernels.isPresent(), "this build had no nvcc");
    Set<String> architectures =
        kernels.get().stream().map(KernelResources::architecture).collect(Collectors.toSet());
    assertEquals(Set.of("sm_80", "sm_90", "sm_100"), architectures);
    assertTrue(kernels.get().stream().allMatch(kernel -> kernel.registers() > 0));
    assertTrue(
        kernels.get().stream()
            .filter(kernel -> kernel.spillStores() + kernel.spillLoads() > 0)
            .findAny()
            .isEmpty(),
        "a kernel spills registers");
  }
}
