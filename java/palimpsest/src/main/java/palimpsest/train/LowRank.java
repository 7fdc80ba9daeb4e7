package palimpsest.train;

import java.util.List;
import java.util.Set;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;
import palimpsest.model.ParameterLayout;
import palimpsest.model.ParameterLayout.LowRankPair;
import palimpsest.model.Parameters;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/**
 * LoRA as another way to write the matrices: {@code W = W₀ + s B A}. The layers multiply with W and
 * the lanes sum its gradient, and that of the pair follows by the chain rule: {@code dA = s Bᵀ dW},
 * {@code dB = s dW Aᵀ}. So the model's layers know nothing of it, and a pass costs what it did.
 */
final class LowRank implements AutoCloseable {
  /** What the lanes need no gradients of: no matrix of a layer is among it. */
  static final FreezePlan UNUSED = new FreezePlan(Set.of("embed", "norm", "head"));

  private final Device device;
  private final Parameters parameters;
  private final List<LowRankPair> pairs;
  private final float scale;

  /** W₀. */
  private final FlatBuffer start;

  /** Of each lane, as large as the largest matrix. */
  private final DeviceMemory[] scratch;

  /** Takes the weights as they are for W₀: B is to be zero. */
  LowRank(Device device, Parameters parameters) {
    this.device = device;
    this.parameters = parameters;
    ParameterLayout layout = parameters.layout();
    pairs = layout.lowRankPairs();
    scale = (float) ((Insert.LowRank) layout.insert()).scale();
    start = new FlatBuffer(device, layout, "the weights without low-rank pairs");
    scratch = new DeviceMemory[device.lanes()];
    long largest =
        pairs.stream().mapToLong(pair -> layout.get(pair.weight()).size()).max().orElseThrow();
    for (int lane = 0; lane < scratch.length; lane++) {
      scratch[lane] = device.allocate(largest * Float.BYTES, "a low-rank pair's product");
    }
    device.onEachLane(
        (lane, ops) -> {
          if (lane == 0) {
            ops.copy(start.all(), parameters.master());
          }
        });
  }

  /** Work on one pair. */
  private interface Work {
    void on(Ops ops, LowRankPair pair, DeviceMemory scratch);
  }

  private void onEachPair(Work work) {
    device.onEachLane(
        (lane, ops) -> {
          for (int i = lane; i < pairs.size(); i += device.lanes()) {
            work.on(ops, pairs.get(i), scratch[lane]);
          }
        });
  }

  /** {@code W = W₀ + s B A}. */
  void write() {
    onEachPair(
        (ops, pair, memory) -> {
          Tensor weight = parameters.master(pair.weight());
          Tensor product = memory.tensor(0, DType.FP32, weight.shape());
          ops.matmulBackward(
              product, null, null, parameters.master(pair.b()), null, parameters.master(pair.a()));
          ops.copy(weight, start.of(pair.weight()));
          ops.axpy(weight, scale, product);
          if (parameters.of(pair.weight()) != weight) {
            ops.copy(parameters.of(pair.weight()), weight);
          }
        });
  }

  /** From the gradient of W to those of A and B, which are added; the model's own become zero. */
  void pullBack(FlatBuffer gradients) {
    onEachPair(
        (ops, pair, memory) -> {
          Tensor dWeight = gradients.of(pair.weight());
          Tensor a = parameters.master(pair.a());
          Tensor b = parameters.master(pair.b());
          Tensor dA = memory.tensor(0, DType.FP32, a.shape());
          ops.zero(dA);
          ops.matmulBackward(null, dA, null, b, dWeight, null);
          ops.axpy(gradients.of(pair.a()), scale, dA);
          Tensor dB = memory.tensor(0, DType.FP32, b.shape());
          ops.matmul(dB, dWeight, a);
          ops.axpy(gradients.of(pair.b()), scale, dB);
        });
    long own = parameters.layout().ownLength();
    int lanes = device.lanes();
    device.onEachLane(
        (lane, ops) -> {
          long first = own * lane / lanes;
          int length = Math.toIntExact(own * (lane + 1) / lanes - first);
          ops.zero(gradients.all().slice(first, length));
        });
  }

  @Override
  public void close() {
    start.close();
    for (DeviceMemory memory : scratch) {
      memory.close();
    }
  }
}
