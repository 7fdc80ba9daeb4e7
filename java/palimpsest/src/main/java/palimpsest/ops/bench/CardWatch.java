package palimpsest.ops.bench;

import java.util.ArrayList;
import java.util.List;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.Nvml;
import palimpsest.ops.Device;
import palimpsest.ops.cuda.CudaDevice;

/** How a card is doing from round to round, or why nobody can say. */
final class CardWatch implements AutoCloseable {
  private final Nvml nvml;
  private final String absent;
  private final List<Nvml.State> states = new ArrayList<>();

  private CardWatch(Nvml nvml, String absent) {
    this.nvml = nvml;
    this.absent = absent;
  }

  static CardWatch of(Device device) {
    if (!device.kind().equals("cuda")) {
      return new CardWatch(null, "no GPU: measured on " + device.kind());
    }
    try {
      return new CardWatch(Nvml.open(((CudaDevice) device).pciBusId()), null);
    } catch (EnvironmentException e) {
      return new CardWatch(null, e.getMessage());
    }
  }

  void look() {
    if (nvml != null) {
      states.add(nvml.state());
    }
  }

  /** Null without a card that says. */
  List<Nvml.State> states() {
    return nvml == null ? null : List.copyOf(states);
  }

  /** Why there are no states; null if there are. */
  String absent() {
    return absent;
  }

  @Override
  public void close() {
    if (nvml != null) {
      nvml.close();
    }
  }
}
