package palimpsest.model;

import java.util.HashMap;
import java.util.Map;
import palimpsest.base.EnvironmentException;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/**
 * A GPT-NeoX Transformer on one lane: forward and backward are explicit, layer by layer, over an
 * arena of activations that is planned before the first step. The weights are shared between lanes;
 * the gradients, if any, are the lane's own.
 */
public final class Transformer implements AutoCloseable {
  private final Device device;
  private final Ops ops;
  private final ModelConfig config;
  private final Insert insert;
  private final ActivationPlan plan;
  private final DeviceMemory arena;
  private final RotaryAngles angles;
  private final Tensor embedding;
  private final Tensor dEmbedding;
  private final PromptVectors prompt;
  private final Block[] blocks;
  private final Pass.View view;
  private final Head head;
  private final int lowestTrainable;

  /** Layers at the bottom of which nothing trains, nor of the embedding below them. */
  private final int frozen;

  private final FrozenPrefix prefix;
  private final Places places;
  private Counted counted;
  private final Map<Long, Pass> passes = new HashMap<>();

  /** For training: {@code gradients} receive what the freeze plan leaves to train. */
  public Transformer(
      Device device,
      Ops ops,
      Parameters parameters,
      FlatBuffer gradients,
      FreezePlan freeze,
      Recompute recompute,
      int positions,
      int time) {
    this(
        device,
        ops,
        new Weights(parameters, gradients, freeze),
        freeze.lowestTrainable(parameters.layout()),
        recompute,
        positions,
        time);
  }

  /** For answering alone: no gradients, and no activation is kept. */
  public Transformer(Device device, Ops ops, Parameters parameters, int positions, int time) {
    this(
        device,
        ops,
        new Weights(parameters, null, FreezePlan.NONE),
        parameters.config().layers() + 2,
        Recompute.NONE,
        positions,
        time);
  }

  private Transformer(
      Device device,
      Ops ops,
      Weights weights,
      int lowestTrainable,
      Recompute recompute,
      int positions,
      int time) {
    this.device = device;
    this.ops = ops;
    this.lowestTrainable = lowestTrainable;
    config = weights.config();
    insert = weights.parameters().layout().insert();
    if (time > config.positions()) {
      throw new IllegalArgumentException(
          "%d positions for a model of %d".formatted(time, config.positions()));
    }
    plan = new ActivationPlan(device, config, insert, positions, time, lowestTrainable, recompute);
    arena = allocate(device, plan);
    angles = RotaryAngles.of(device, config);
    embedding = weights.weight("gpt_neox.embed_in.weight");
    dEmbedding = weights.gradient("gpt_neox.embed_in.weight");
    prompt = insert instanceof Insert.Prompt ? new PromptVectors(device, ops, weights) : null;
    blocks = new Block[config.layers()];
    for (int layer = 0; layer < blocks.length; layer++) {
      blocks[layer] = new Block(ops, weights, layer, lowestTrainable, recompute, angles.table());
    }
    places = new Places(config.layers());
    view = new Pass.View(plan, arena);
    head = new Head(ops, weights, view, positions, lowestTrainable <= config.layers());
    frozen = Math.max(0, Math.min(lowestTrainable, blocks.length + 1) - 1);
    prefix = new FrozenPrefix(ops, this::prefixAlone);
  }

  private static DeviceMemory allocate(Device device, ActivationPlan plan) {
    try {
      return device.allocate(
          plan.bytes(), "the activations of %,d positions".formatted(plan.positions()));
    } catch (EnvironmentException e) {
      throw new EnvironmentException(
          "%s; the largest of the activations: %s".formatted(e.getMessage(), plan.largest(3)), e);
    }
  }

  /** Whether it was made for training. */
  public boolean trains() {
    return lowestTrainable <= config.layers() + 1;
  }

  /** Where the activations lie, and how much memory they take. */
  public ActivationPlan plan() {
    return plan;
  }

  /** Whether a pass of this shape fits the arena. */
  public boolean fits(int batch, int time) {
    return time <= plan.time() && (long) batch * time <= plan.positions();
  }

  /**
   * Logits {@code [M, V]} of a batch {@code [B, T]} at the positions that count.
   *
   * @param tokens the batch begins at {@code offset}; with the ids V, V + 1, … in front of every
   *     row an inserted prompt stands there
   * @param rows the M positions, in {@code [0, B T)}
   * @param targets what should follow them, for the losses
   */
  public Tensor forward(
      int[] tokens, int offset, int batch, int time, int[] rows, int[] targets, int m) {
    return forward(tokens, offset, pass(batch, time), rows, targets, m, LayerListener.NONE);
  }

  /**
   * Runs a batch {@code [B, T]} and tells of every hidden state at the positions that count.
   *
   * @param rows the M positions, in {@code [0, B T)}
   */
  public void hiddenStates(
      int[] tokens, int batch, int time, int[] rows, int m, HiddenStateListener listener) {
    var gathering =
        new LayerListener() {
          @Override
          public void before(int layer, Tensor in) {
            ops.gatherRows(counted.in(), in, counted.rows());
            listener.hear(layer, counted.in());
          }
        };
    forward(tokens, 0, pass(batch, time), rows, new int[m], m, gathering);
    listener.hear(blocks.length, head.normed(m));
  }

  /** Told each hidden state, which is overwritten as soon as it returns. */
  @FunctionalInterface
  public interface HiddenStateListener {
    /**
     * @param depth counted as Hugging Face does: 0 is what the embedding gives, l what l layers
     *     leave, and L what all of them leave <em>after</em> the last norm
     * @param state {@code [M, C]}
     */
    void hear(int depth, Tensor state);
  }

  /** {@link #forward} that also leaves each layer's keys and values in a cache. */
  Tensor prefill(
      int[] tokens, int batch, int time, int[] last, Tensor[] caches, AttentionShape cached) {
    return forward(
        tokens,
        0,
        pass(batch, time),
        last,
        new int[batch],
        batch,
        new LayerListener() {
          @Override
          public void after(int layer, Pass pass) {
            Tensor qkv = pass.layers[layer].qkv();
            ops.fillCache(caches[layer], qkv, angles.table(), cached.time(), pass.shape);
          }
        });
  }

  /**
   * The first half of {@link #forward}, which copies the batch to the device; {@link #run} is the
   * other. What lies between them and {@link #losses} does nothing on the host but begin work.
   */
  public void feed(int[] tokens, int batch, int time, int[] rows, int[] targets, int m) {
    feed(tokens, 0, pass(batch, time), rows, targets, m);
  }

  private void feed(int[] tokens, int offset, Pass pass, int[] rows, int[] targets, int m) {
    ops.mark(Places.EMBED);
    pass.behindPrefix = false;
    write(pass, tokens, offset);
    count(rows, targets, m);
  }

  /**
   * {@link #feed} of a model with frozen layers at the bottom that also takes what they leave from
   * a cache: {@link #run} begins behind them.
   */
  public void feed(
      int[] tokens, int batch, int time, int[] rows, int[] targets, int m, PrefixCache cache) {
    if (frozen == 0 || prompt != null) {
      throw new IllegalArgumentException("no layer is frozen at the bottom, or a prompt is below");
    }
    ops.mark(Places.EMBED);
    Pass pass = pass(batch, time);
    prefix.fill(residual(pass, frozen), tokens, batch, time, rows, m, cache);
    pass.prompted = false;
    pass.behindPrefix = true;
    count(rows, targets, m);
  }

  /** One sequence through the frozen layers. */
  private Tensor prefixAlone(int[] tokens, int offset, int length) {
    Pass pass = pass(1, length);
    device.write(pass.tokens, tokens, offset, length);
    ops.embeddingForward(residual(pass, 0), embedding, pass.tokens);
    for (int layer = 0; layer < frozen; layer++) {
      ops.mark(places.forward(layer));
      blocks[layer].forward(pass, pass.layers[layer], residual(pass, layer + 1));
    }
    ops.mark(Places.EMBED);
    return residual(pass, frozen);
  }

  /** Logits of the batch that was {@link #feed fed}. */
  public Tensor run(int batch, int time) {
    return run(pass(batch, time), LayerListener.NONE);
  }

  /** Whether a prompt stands in front of the batch that was {@link #feed fed}. */
  public boolean prompted(int batch, int time) {
    return pass(batch, time).prompted;
  }

  private Tensor forward(
      int[] tokens,
      int offset,
      Pass pass,
      int[] rows,
      int[] targets,
      int m,
      LayerListener listener) {
    feed(tokens, offset, pass, rows, targets, m);
    return run(pass, listener);
  }

  private Tensor run(Pass pass, LayerListener listener) {
    int bottom = pass.behindPrefix ? frozen : 0;
    if (!pass.behindPrefix) {
      embed(pass);
    }
    int top = blocks.length - 1;
    for (int layer = bottom; layer < top; layer++) {
      ops.mark(places.forward(layer));
      listener.before(layer, residual(pass, layer));
      blocks[layer].forward(pass, pass.layers[layer], residual(pass, layer + 1));
      listener.after(layer, pass);
    }
    ops.mark(places.forward(top));
    if (bottom > top) {
      ops.gatherRows(counted.out(), pass.out, counted.rows());
    } else {
      listener.before(top, residual(pass, top));
      blocks[top].forwardCounted(pass, pass.layers[top], residual(pass, top), counted);
      listener.after(top, pass);
    }
    ops.mark(Places.HEAD);
    return head.forward(counted);
  }

  private void write(Pass pass, int[] tokens, int offset) {
    pass.prompted = tokens[offset] >= config.vocabulary();
    if (!pass.prompted) {
      device.write(pass.tokens, tokens, offset, pass.positions());
      return;
    }
    if (prompt == null) {
      throw new IllegalArgumentException(
          "token %d of a model without a prompt".formatted(tokens[offset]));
    }
    device.write(
        pass.tokens, prompt.without(tokens, offset, pass.positions()), 0, pass.positions());
  }

  private void embed(Pass pass) {
    ops.embeddingForward(residual(pass, 0), embedding, pass.tokens);
    if (pass.prompted) {
      prompt.forward(residual(pass, 0), pass.shape);
    }
  }

  /** Logits {@code [B, V]} after one new token a row, at {@code positions}. */
  Tensor decode(
      int[] tokens, Tensor positions, Tensor[] caches, Tensor scratch, AttentionShape cached) {
    int batch = cached.batch();
    Pass pass = pass(batch, 1);
    count(new int[batch], new int[batch], batch);
    device.write(pass.tokens, tokens, 0, batch);
    ops.embeddingForward(counted.out(), embedding, pass.tokens);
    for (int layer = 0; layer < blocks.length; layer++) {
      blocks[layer].decode(
          pass.layers[layer], counted.out(), caches[layer], positions, scratch, cached);
    }
    return head.forward(counted);
  }

  /** After {@link #forward}: losses and best guesses of the M positions. The logits are used up. */
  public void score(float[] losses, int[] largest) {
    head.score(counted);
    device.read(head.losses(), losses, counted.size());
    device.read(head.largest(), largest, counted.size());
  }

  /**
   * After {@link #forward} of this shape: adds the gradient of {@code scale · Σ losses} to the
   * gradients. The logits are used up.
   */
  public void backward(int batch, int time, float scale, float[] losses) {
    backward(batch, time, scale, losses, LogitLoss.CROSS_ENTROPY);
  }

  /** {@link #backward} from another loss of the logits. */
  public void backward(int batch, int time, float scale, float[] losses, LogitLoss loss) {
    backward(batch, time, scale, loss);
    losses(losses);
  }

  /** {@link #backward} that does not wait for the losses. */
  public void backward(int batch, int time, float scale, LogitLoss loss) {
    Pass pass = pass(batch, time);
    ops.mark(Places.HEAD_BACK);
    head.backward(counted, scale, loss);
    int top = blocks.length - 1;
    if (lowestTrainable <= top + 1) {
      ops.mark(places.backward(top));
      blocks[top].backwardCounted(pass, pass.layers[top], counted);
    }
    for (int layer = top - 1; layer >= 0 && layer + 1 >= lowestTrainable; layer--) {
      ops.mark(places.backward(layer));
      blocks[layer].backward(pass, pass.layers[layer]);
    }
    ops.mark(Places.EMBED_BACK);
    if (lowestTrainable == 0 && pass.prompted) {
      prompt.backward(pass.dOut, pass.shape);
    }
    if (lowestTrainable == 0 && dEmbedding != null) {
      ops.embeddingBackward(dEmbedding, pass.tokens, pass.dOut);
    }
  }

  /** Reads the losses of the last backward pass. */
  public void losses(float[] losses) {
    device.read(head.losses(), losses, counted.size());
  }

  private void count(int[] rows, int[] targets, int m) {
    if (counted == null || counted.size() != m) {
      counted = Counted.of(view, config, m);
    }
    device.write(counted.rows(), rows, 0, m);
    device.write(counted.targets(), targets, 0, m);
  }

  /** Where the input of a layer lies; layers that keep nothing hand one buffer on. */
  private Tensor residual(Pass pass, int layer) {
    int kept = Math.max(layer, lowestTrainable - 1);
    return kept < blocks.length ? pass.layers[kept].in() : pass.out;
  }

  private Pass pass(int batch, int time) {
    if (!fits(batch, time)) {
      throw new IllegalArgumentException(
          "%d x %d positions do not fit an arena of %d".formatted(batch, time, plan.positions()));
    }
    return passes.computeIfAbsent(
        ((long) batch << 32) | time, key -> new Pass(config, insert, plan, arena, batch, time));
  }

  @Override
  public void close() {
    arena.close();
    angles.close();
    if (prompt != null) {
      prompt.close();
    }
  }
}
