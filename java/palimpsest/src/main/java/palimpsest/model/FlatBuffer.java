package palimpsest.model;

import java.util.HashMap;
import java.util.Map;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;

/** One number for each element of a {@link ParameterLayout}: weights, gradients, moments. */
public final class FlatBuffer implements AutoCloseable {
  private final DeviceMemory memory;
  private final Tensor all;
  private final Map<String, Tensor> views = new HashMap<>();

  /**
   * All zeros, in fp32.
   *
   * @param what the numbers are, should there be no memory for them
   */
  public FlatBuffer(Device device, ParameterLayout layout, String what) {
    this(device, layout, DType.FP32, what);
  }

  /** All zeros; likewise. */
  public FlatBuffer(Device device, ParameterLayout layout, DType dtype, String what) {
    memory = device.allocate(layout.length() * dtype.bytes(), what);
    all = memory.tensor(0, dtype, Math.toIntExact(layout.length()));
    for (Parameter parameter : layout.parameters()) {
      views.put(parameter.name(), all.slice(parameter.offset(), parameter.shape()));
    }
  }

  /** The whole buffer, padding included. */
  public Tensor all() {
    return all;
  }

  /** The view of one parameter. */
  public Tensor of(Parameter parameter) {
    return of(parameter.name());
  }

  /** The view of the parameter of this name. */
  public Tensor of(String name) {
    Tensor view = views.get(name);
    if (view == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return view;
  }

  @Override
  public void close() {
    memory.close();
  }
}
