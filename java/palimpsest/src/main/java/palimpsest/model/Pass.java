package palimpsest.model;

import palimpsest.ops.AttentionShape;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;

/** The activations of one shape {@code [B, T]}, as views of a lane's arena. */
final class Pass {
  final AttentionShape shape;
  final Tensor tokens;
  final Layer[] layers;

  /** Whether a prompt stands in front of every row of the tokens it was last used for. */
  boolean prompted;

  /** Whether it was last fed what the frozen layers leave, rather than tokens. */
  boolean behindPrefix;

  /** What the layers leave: {@code [N, C]}. */
  final Tensor out;

  final Tensor dOut;
  final Tensor dBranch;
  final Tensor dNorm;
  final Tensor dQkv;
  final Tensor dHidden;

  /** Gradient of an adapter's hidden layer and of its input; null without one. */
  final Tensor dAdapter;

  final Tensor dAdapterNorm;

  /** What attention's backward pass overwrites. */
  final Tensor scratch;

  /**
   * The activations of one layer; {@code middle}, {@code mean2}, {@code rstd2} if sequential.
   *
   * @param attention what attention keeps for its backward pass
   * @param adapterHidden {@code [N, width of the adapter]}; null without one, like the next
   */
  record Layer(
      Tensor in,
      Tensor norm1,
      Tensor norm2,
      Tensor mean1,
      Tensor rstd1,
      Tensor qkv,
      Tensor attention,
      Tensor attended,
      Tensor hidden,
      Tensor activated,
      Tensor middle,
      Tensor mean2,
      Tensor rstd2,
      Tensor adapterHidden,
      Tensor adapterActivated) {}

  Pass(
      ModelConfig config,
      Insert insert,
      ActivationPlan plan,
      DeviceMemory arena,
      int batch,
      int time) {
    int n = batch * time;
    int width = config.width();
    int adapter = insert instanceof Insert.Adapter(int hidden) ? hidden : 0;
    View view = new View(plan, arena);
    shape =
        new AttentionShape(
            batch, time, config.heads(), config.headSize(), config.rotaryDimensions());
    tokens = view.of("tokens", n);
    layers = new Layer[config.layers()];
    for (int layer = 0; layer < layers.length; layer++) {
      String own = "layers." + layer + ".";
      layers[layer] =
          layer(view, plan.has(own + "in") ? own : ActivationPlan.SHARED, config, adapter, n);
    }
    out = view.of("out", n, width);
    dOut = view.of("d.out", n, width);
    dBranch = view.of("d.branch", n, width);
    dNorm = view.of("d.norm", n, width);
    dQkv = view.of("d.wide", n, 3 * width);
    dHidden = view.of("d.wide", n, config.mlpWidth());
    scratch = view.all("d.attention");
    dAdapter = view.of("d.adapter", n, adapter);
    dAdapterNorm = view.of("d.adapter.norm", n, width);
  }

  private Layer layer(View view, String prefix, ModelConfig config, int adapter, int n) {
    int width = config.width();
    return new Layer(
        view.of(prefix + "in", n, width),
        view.of(view.plan().place(prefix, "norm1"), n, width),
        view.of(view.plan().place(prefix, "norm2"), n, width),
        view.of(prefix + "mean1", n),
        view.of(prefix + "rstd1", n),
        view.of(prefix + "qkv", n, 3 * width),
        view.all(prefix + "attention"),
        view.of(prefix + "attended", n, width),
        view.of(prefix + "hidden", n, config.mlpWidth()),
        view.of(view.plan().place(prefix, "activated"), n, config.mlpWidth()),
        view.of(prefix + "middle", n, width),
        view.of(prefix + "mean2", n),
        view.of(prefix + "rstd2", n),
        view.of(prefix + "adapter.hidden", n, adapter),
        view.of(prefix + "adapter.activated", n, adapter));
  }

  int positions() {
    return shape.batch() * shape.time();
  }

  /** Cuts tensors out of the arena; null for what the plan left out. */
  record View(ActivationPlan plan, DeviceMemory arena) {
    Tensor of(String name, int... shape) {
      if (!plan.has(name)) {
        return null;
      }
      ActivationPlan.Entry entry = plan.get(name);
      return arena.tensor(entry.offset(), entry.dtype(), shape);
    }

    /** The whole of a buffer whose shape is the device's own business. */
    Tensor all(String name) {
      return plan.has(name) ? of(name, Math.toIntExact(plan.get(name).elements())) : null;
    }
  }
}
