package palimpsest.ops.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;
import palimpsest.ops.TestDevices;

/** Rows that lie further apart than they are long, as those of logits do on a GPU. */
@EnabledIf("onCuda")
@Tag(TestDevices.CONTRACT)
class PaddedRowsTest {
  private Device device;
  private DeviceMemory memory;

  static boolean onCuda() {
    return !TestDevices.DEVICE.equals("cpu");
  }

  @BeforeEach
  void open() {
    device = TestDevices.open(DType.FP32);
    memory = device.allocate(12 * Float.BYTES, "a test");
    device.write(
        memory.tensor(0, DType.FP32, 12), new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  }

  @AfterEach
  void close() {
    memory.close();
    device.close();
  }

  private Tensor rows() {
    return memory.tensor(0, DType.FP32, 3, 4).firstColumns(3);
  }

  @Test
  void areReadWithoutWhatIsBetween() {
    float[] values = new float[9];
    device.read(rows(), values, 9);
    assertArrayEquals(new float[] {0, 1, 2, 4, 5, 6, 8, 9, 10}, values);
    float[] some = new float[5];
    device.read(rows(), some, 5);
    assertArrayEquals(new float[] {0, 1, 2, 4, 5}, some, "a row and a part of the next");
    float[] last = new float[6];
    device.read(rows().firstRows(2), last, 6);
    assertArrayEquals(new float[] {0, 1, 2, 4, 5, 6}, last);
    assertThrows(IllegalArgumentException.class, () -> device.read(rows(), new float[10], 10));
  }

  @Test
  void areNotTakenForDenseOnes() {
    Tensor rows = rows();
    assertEquals(9, rows.size());
    assertThrows(IllegalStateException.class, rows::address);
    assertThrows(IllegalStateException.class, () -> rows.slice(3, 3));
    Tensor dense = memory.tensor(0, DType.FP32, 3, 3);
    device.onEachLane(
        (_, ops) -> assertThrows(IllegalStateException.class, () -> ops.add(dense, rows)));
  }

  /** Whole lines of a cache. */
  @Test
  void areAsFarApartAsTheDeviceWantsThem() {
    assertEquals(32, device.paddedColumns(1));
    assertEquals(704, device.paddedColumns(697));
    assertEquals(50304, device.paddedColumns(50304));
  }
}
