package palimpsest.ops.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaLibraries;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.LaunchLog;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;
import palimpsest.ops.TestDevices;
import palimpsest.testing.OptionalTools;

/** What a launch costs, and which kernels an operation launches. */
@EnabledIf("onSimulator")
@Tag(TestDevices.CONTRACT)
class LaunchTest {
  static boolean throughFfm() {
    return TestDevices.DRIVER.equals(CudaDrivers.FFM);
  }

  static boolean onSimulator() {
    return TestDevices.DEVICE.equals("sim");
  }

  /**
   * Once the loop is compiled a launch leaves nothing on the heap, arguments included. (JCuda
   * leaves 88 bytes.)
   */
  @Test
  @EnabledIf("throughFfm")
  void aLaunchAllocatesNothing() {
    int launches = 20_000;
    try (CudaDevice device = (CudaDevice) TestDevices.open(DType.FP32);
        DeviceMemory memory = device.allocate(64, "a test")) {
      Kernel kernel = device.kernels().kernel("ranges_axpy_fp32");
      Tensor x = memory.tensor(0, DType.FP32, 8);
      Tensor y = memory.tensor(32, DType.FP32, 8);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long allocated = 0;
      for (int round = 0; round < 3; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < launches; i++) {
          kernel.put(y).put(x).put(0.5f).put(8L).launchElements(8);
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertTrue(allocated < launches, allocated + " bytes for " + launches + " launches");
    }
  }

  /** With a plan for the shape, a product leaves nothing there either. */
  @Test
  @EnabledIf("throughFfm")
  void aProductAllocatesNothing() {
    int products = 20_000;
    try (CudaDevice device = (CudaDevice) TestDevices.open(DType.FP32);
        DeviceMemory memory = device.allocate(1024, "a test")) {
      Tensor out = memory.tensor(0, DType.FP32, 1, 2);
      Tensor in = memory.tensor(256, DType.FP32, 1, 2);
      Tensor weight = memory.tensor(512, DType.FP32, 2, 2);
      Tensor bias = memory.tensor(768, DType.FP32, 2);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      device.onEachLane(
          (_, ops) -> {
            long allocated = 0;
            for (int round = 0; round < 3; round++) {
              long before = threads.getCurrentThreadAllocatedBytes();
              for (int i = 0; i < products; i++) {
                ops.matmulBias(out, in, weight, bias);
              }
              allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(allocated < products, allocated + " bytes for " + products + " products");
          });
    }
  }

  @Test
  void attentionLaunchesTheKernelsOfItsHeadSizeAndDtype() {
    OptionalTools.simulator();
    CudaLibraries found =
        CudaLibraries.open(TestDevices.DRIVER, CudaPlatform.SIMULATOR, System.err::println);
    LaunchLog log = new LaunchLog(found.driver());
    AttentionShape shape = new AttentionShape(2, 5, 3, 24, 8);
    try (CudaDevice device =
            CudaDevice.open(CudaPlatform.SIMULATOR, found.with(log), 0, DType.BF16);
        DeviceMemory memory = device.allocate(1 << 20, "a test")) {
      Tensor qkv = memory.tensor(0, DType.BF16, 10, 3 * 72);
      Tensor out = memory.tensor(1 << 16, DType.BF16, 10, 72);
      Tensor kept = memory.tensor(2 << 16, DType.FP32, 30);
      Tensor table = memory.tensor(3 << 16, DType.FP32, 5, 8);
      device.onEachLane(
          (lane, ops) -> {
            log.clear();
            ops.attentionForward(out, kept, qkv, table, shape);
            backward(ops, memory, out, qkv, kept, table, shape);
          });
      List<String> kernels = log.launches().stream().map(LaunchLog.Launch::kernel).toList();
      assertEquals(
          List.of(
              "attention_mma_forward_bf16_d32",
              "attention_mma_backward_q_bf16_d32",
              "attention_mma_backward_kv_bf16_d32"),
          kernels);
    }
  }

  private static void backward(
      Ops ops,
      DeviceMemory memory,
      Tensor out,
      Tensor qkv,
      Tensor kept,
      Tensor table,
      AttentionShape shape) {
    Tensor dQkv = memory.tensor(4 << 16, DType.BF16, 10, 3 * 72);
    Tensor dOut = memory.tensor(5 << 16, DType.BF16, 10, 72);
    Tensor scratch = memory.tensor(6 << 16, DType.FP32, 30);
    ops.attentionBackward(dQkv, dOut, out, qkv, kept, table, scratch, shape);
  }
}
