package palimpsest.model;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.Tensor;

/**
 * All weights of a model on a device: one flat buffer in fp32, the master, and the same weights as
 * the products read them, with a named view of each tensor. Where the device multiplies in fp32 the
 * two are one. A model may be given an {@link Insert} behind them.
 */
public final class Parameters implements AutoCloseable {
  private final Device device;
  private ParameterLayout layout;
  private FlatBuffer master;
  private FlatBuffer compute;
  private long version;

  /** All zeros, to be initialised or filled. */
  public Parameters(Device device, ModelConfig config) {
    this(device, config, Insert.none());
  }

  /** All zeros, with an insert. */
  public Parameters(Device device, ModelConfig config, Insert insert) {
    this.device = device;
    allocate(new ParameterLayout(config, insert));
  }

  private void allocate(ParameterLayout of) {
    layout = of;
    master = new FlatBuffer(device, layout, "the weights");
    compute =
        device.computeType() == DType.FP32
            ? master
            : new FlatBuffer(device, layout, device.computeType(), "the weights to multiply by");
  }

  /**
   * Gives the model an insert of zeros in place of the one it has; its own weights stay. Tensors
   * that were cut from it before are void.
   */
  public void insert(Insert insert) {
    float[] own = copy();
    close();
    allocate(new ParameterLayout(config(), insert));
    float[] values = new float[Math.toIntExact(layout.length())];
    System.arraycopy(own, 0, values, 0, Math.toIntExact(layout.ownLength()));
    restore(values);
  }

  /** A copy of what is inserted: the flat buffer from {@link ParameterLayout#ownLength} on. */
  public float[] inserted() {
    return Arrays.copyOfRange(
        copy(), Math.toIntExact(layout.ownLength()), Math.toIntExact(layout.length()));
  }

  /** Sets what is inserted. */
  public void restoreInserted(float[] values) {
    float[] all = copy();
    int own = Math.toIntExact(layout.ownLength());
    if (own + values.length != all.length) {
      throw new IllegalArgumentException(
          "%d values for an insert of %d".formatted(values.length, all.length - own));
    }
    System.arraycopy(values, 0, all, own, values.length);
    restore(all);
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

  /** The master's flat buffer, padding included. */
  public Tensor master() {
    return master.all();
  }

  /** The flat buffer that is multiplied with. */
  public Tensor compute() {
    return compute.all();
  }

  /** The tensor that Hugging Face calls by this name, as it is multiplied with. */
  public Tensor of(String name) {
    return compute.of(name);
  }

  /** The tensor of this name in fp32, as it is trained. */
  public Tensor master(String name) {
    return master.of(name);
  }

  /** A copy of the flat buffer, to come back to. */
  public float[] copy() {
    float[] values = new float[Math.toIntExact(layout.length())];
    device.read(master.all(), values, values.length);
    return values;
  }

  /** Another number after each time that weights were set, rather than trained. */
  public long version() {
    return version;
  }

  /** Sets every weight from a {@link #copy}. */
  public void restore(float[] values) {
    if (values.length != layout.length()) {
      throw new IllegalArgumentException(
          "%d weights for a buffer of %d".formatted(values.length, layout.length()));
    }
    version++;
    device.write(master.all(), values);
    if (compute != master) {
      device.onEachLane(
          (lane, ops) -> {
            if (lane == 0) {
              ops.copy(compute.all(), master.all());
            }
          });
    }
  }

  @Override
  public void close() {
    master.close();
    if (compute != master) {
      compute.close();
    }
  }
}
