package palimpsest.model;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;
import palimpsest.ops.Device;
import palimpsest.ops.Tensor;

/** All weights of a model on a device: one flat buffer, and a named view of each tensor in it. */
public final class Parameters implements AutoCloseable {
  private final Device device;
  private final ParameterLayout layout;
  private final FlatBuffer weights;

  /** All zeros, to be initialised or filled. */
  public Parameters(Device device, ModelConfig config) {
    this.device = device;
    this.layout = new ParameterLayout(config);
    this.weights = new FlatBuffer(device, layout);
  }

  /** Draws every weight; each tensor has a random stream of its own. */
  public void initialise(Initialisation how, long seed) {
    float[] values = new float[Math.toIntExact(layout.length())];
    for (Parameter parameter : layout.parameters()) {
      int first = Math.toIntExact(parameter.offset());
      int end = Math.toIntExact(parameter.offset() + parameter.size());
      if (parameter.matrix()) {
        double deviation = how.deviation(parameter, layout.config());
        RandomGenerator random = RandomStream.of(seed, "weights", parameter.name());
        for (int i = first; i < end; i++) {
          values[i] = (float) (deviation * random.nextGaussian());
        }
      } else if (parameter.name().endsWith("norm.weight")) {
        Arrays.fill(values, first, end, 1f);
      }
    }
    restore(values);
  }

  public ModelConfig config() {
    return layout.config();
  }

  public ParameterLayout layout() {
    return layout;
  }

  /** Number of weights. */
  public long size() {
    return layout.size();
  }

  /** The flat buffer, padding included. */
  public Tensor all() {
    return weights.all();
  }

  /** The tensor that Hugging Face calls by this name. */
  public Tensor of(String name) {
    return weights.of(name);
  }

  /** A copy of the flat buffer, to come back to. */
  public float[] copy() {
    float[] values = new float[Math.toIntExact(layout.length())];
    device.read(weights.all(), values, values.length);
    return values;
  }

  /** Sets every weight from a {@link #copy}. */
  public void restore(float[] values) {
    if (values.length != layout.length()) {
      throw new IllegalArgumentException(
          "%d weights for a buffer of %d".formatted(values.length, layout.length()));
    }
    device.write(weights.all(), values);
  }

  @Override
  public void close() {
    weights.close();
  }
}
