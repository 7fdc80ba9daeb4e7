package palimpsest.cuda;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import palimpsest.cuda.CudaHandle.CUfunction;

class CudaExceptionTest {
  @Test
  void namesCallCodeAndReason() {
    CudaException e =
        new CudaException("cuMemAlloc of 64 bytes", 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory");
    assertEquals(
        "cuMemAlloc of 64 bytes: out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2)", e.getMessage());
    assertTrue(e.outOfMemory());
    assertFalse(e.fatal());
  }

  @Test
  void namesTheKernelAndItsShape() {
    assertEquals(
        "cuLaunchKernel gelu_forward_bf16, grid 12x1x1, block 256x1x1, 64 bytes shared",
        CudaException.launch(
            new CUfunction(1, "gelu_forward_bf16"), new LaunchShape(12, 1, 1, 256, 1, 1, 64)));
  }

  @Test
  void saysHowToFindTheKernelThatBrokeTheContext() {
    CudaException e =
        new CudaException(
            "cuStreamSynchronize",
            700,
            "CUDA_ERROR_ILLEGAL_ADDRESS",
            "an illegal memory access was encountered");
    assertTrue(e.fatal());
    assertTrue(
        e.getMessage().endsWith("-D" + SynchronousLaunches.PROPERTY + "=true shows which"),
        e.getMessage());
  }

  @Test
  void knowsWhatCublasSays() {
    assertDoesNotThrow(() -> CublasStatus.check(0, "cublasCreate"));
    CudaException known =
        assertThrows(CudaException.class, () -> CublasStatus.check(3, "cublasCreate"));
    assertEquals(
        "cublasCreate: the resource allocation failed (CUBLAS_STATUS_ALLOC_FAILED, 3)",
        known.getMessage());
    assertTrue(known.outOfMemory());
    CudaException unknown =
        assertThrows(CudaException.class, () -> CublasStatus.check(99, "cublasGemmEx"));
    assertEquals(
        "cublasGemmEx: a status of no known meaning (CUBLAS_STATUS_UNKNOWN, 99)",
        unknown.getMessage());
  }
}
