package palimpsest.model;

import java.util.HashMap;
import java.util.Map;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
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
  private final ActivationPlan plan;
  private final DeviceMemory arena;
  private final DeviceMemory rotationMemory;
  private final Tensor embedding;
  private final Tensor dEmbedding;
  private final Block[] blocks;
  private final Head head;
  private final int lowestTrainable;
  private final Map<Long, Pass> passes = new HashMap<>();

  /** For training: {@code gradients} receive what the freeze plan leaves to train. */
  public Transformer(
      Device device,
      Ops ops,
      Parameters parameters,
      FlatBuffer gradients,
      FreezePlan freeze,
      int positions,
      int time) {
    this(
        device,
        ops,
        new Weights(parameters, gradients, freeze),
        freeze.lowestTrainable(parameters.layout()),
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
        positions,
        time);
  }

  private Transformer(
      Device device, Ops ops, Weights weights, int lowestTrainable, int positions, int time) {
    this.device = device;
    this.ops = ops;
    this.lowestTrainable = lowestTrainable;
    config = weights.config();
    if (time > config.positions()) {
      throw new IllegalArgumentException(
          "%d positions for a model of %d".formatted(time, config.positions()));
    }
    plan = new ActivationPlan(config, positions, time, lowestTrainable);
    arena = device.allocate(plan.bytes());
    rotationMemory =
        device.allocate((long) config.positions() * config.rotaryDimensions() * Float.BYTES);
    Tensor rotations = rotations();
    embedding = weights.weight("gpt_neox.embed_in.weight");
    dEmbedding = weights.gradient("gpt_neox.embed_in.weight");
    blocks = new Block[config.layers()];
    for (int layer = 0; layer < blocks.length; layer++) {
      blocks[layer] = new Block(ops, weights, layer, lowestTrainable, rotations);
    }
    head = new Head(ops, weights, plan, arena, lowestTrainable <= config.layers());
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

  /** Residual {@code [B T, C]} after the last layer, from {@code tokens[offset …]}. */
  public void forward(int[] tokens, int offset, int batch, int time) {
    Pass pass = pass(batch, time);
    device.write(pass.tokens, tokens, offset, batch * time);
    ops.embeddingForward(residual(pass, 0), embedding, pass.tokens);
    for (int layer = 0; layer < blocks.length; layer++) {
      blocks[layer].forward(pass, pass.layers[layer], residual(pass, layer + 1));
    }
  }

  /** {@link #forward} that also leaves each layer's keys and values in a cache. */
  void prefill(int[] tokens, int batch, int time, Tensor[] caches, AttentionShape cached) {
    Pass pass = pass(batch, time);
    device.write(pass.tokens, tokens, 0, batch * time);
    ops.embeddingForward(residual(pass, 0), embedding, pass.tokens);
    for (int layer = 0; layer < blocks.length; layer++) {
      blocks[layer].forward(pass, pass.layers[layer], residual(pass, layer + 1));
      ops.fillCache(caches[layer], pass.layers[layer].qkv(), cached.time(), pass.shape);
    }
  }

  /** One new token a row at {@code positions}: residual {@code [B, C]} after the last layer. */
  void decode(
      int[] tokens, Tensor positions, Tensor[] caches, Tensor scratch, AttentionShape cached) {
    Pass pass = pass(cached.batch(), 1);
    device.write(pass.tokens, tokens, 0, cached.batch());
    ops.embeddingForward(pass.out, embedding, pass.tokens);
    for (int layer = 0; layer < blocks.length; layer++) {
      blocks[layer].decode(
          pass.layers[layer], pass.out, caches[layer], positions, scratch, cached);
    }
  }

  /**
   * After {@link #forward}: logits {@code [M, V]} at {@code rows}, positions in {@code [0, B T)};
   * {@code targets} are what should follow them.
   */
  public Tensor logits(int batch, int time, int[] rows, int[] targets, int m) {
    head.count(device, rows, targets, m);
    return head.forward(pass(batch, time).out, m);
  }

  /** After {@link #logits}: losses and best guesses of the M positions. The logits are used up. */
  public void score(int m, float[] losses, int[] largest) {
    head.score(m);
    device.read(head.losses(), losses, m);
    device.read(head.largest(), largest, m);
  }

  /**
   * After {@link #logits}: adds the gradient of {@code scale · Σ losses} to the gradients. The logits
   * are used up.
   */
  public void backward(int batch, int time, int m, float scale, float[] losses) {
    Pass pass = pass(batch, time);
    head.backward(pass.dOut, m, scale);
    for (int layer = blocks.length - 1; layer >= 0 && layer + 1 >= lowestTrainable; layer--) {
      blocks[layer].backward(pass, pass.layers[layer]);
    }
    if (lowestTrainable == 0 && dEmbedding != null) {
      ops.embeddingBackward(dEmbedding, pass.tokens, pass.dOut);
    }
    device.read(head.losses(), losses, m);
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
        ((long) batch << 32) | time, key -> new Pass(config, plan, arena, batch, time));
  }

  /** cos and sin of position · base^(−2i/rotary), in double precision first (Su et al. 2021). */
  private Tensor rotations() {
    int rotary = config.rotaryDimensions();
    int half = rotary / 2;
    float[] values = new float[config.positions() * rotary];
    for (int position = 0; position < config.positions(); position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * Math.pow(config.rotaryBase(), -2.0 * i / rotary);
        values[position * rotary + i] = (float) Math.cos(angle);
        values[position * rotary + half + i] = (float) Math.sin(angle);
      }
    }
    Tensor table = rotationMemory.tensor(0, DType.FP32, config.positions(), rotary);
    device.write(table, values);
    return table;
  }

  @Override
  public void close() {
    arena.close();
    rotationMemory.close();
  }
}
