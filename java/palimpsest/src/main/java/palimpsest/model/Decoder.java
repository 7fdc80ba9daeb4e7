package palimpsest.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;

/**
 * Continues a batch of token sequences, of any lengths, one token at a time: keys and values of
 * what was read are kept, so a token costs one position however long the text is. Runs on lane 0.
 */
public final class Decoder implements AutoCloseable {
  private final Device device;
  private final Parameters parameters;
  private final AttentionShape cached;

  /** Stands in front of every prompt: what the model has inserted there. */
  private final int[] front;

  private final DeviceMemory memory;
  private final Tensor[] caches;
  private final Tensor positionTensor;
  private final Tensor scratch;
  private final int[] positions;
  private Transformer transformer;

  /**
   * @param batch number of sequences B
   * @param capacity the longest a sequence may become, prompt included
   * @throws IllegalArgumentException if the model has fewer positions
   */
  public Decoder(Device device, Parameters parameters, int batch, int capacity) {
    this(device, parameters, parameters.layout().insert().positions(), batch, capacity);
  }

  private Decoder(Device device, Parameters parameters, int inserted, int batch, int longest) {
    ModelConfig config = parameters.config();
    int capacity = inserted + longest;
    if (capacity > config.positions()) {
      throw new IllegalArgumentException(
          "%d positions for a model of %d".formatted(capacity, config.positions()));
    }
    front = IntStream.range(config.vocabulary(), config.vocabulary() + inserted).toArray();
    this.device = device;
    this.parameters = parameters;
    cached =
        new AttentionShape(
            batch, capacity, config.heads(), config.headSize(), config.rotaryDimensions());
    DType dtype = device.computeType();
    long layerBytes = align((long) batch * capacity * 2 * config.width() * dtype.bytes());
    AttentionMemory attention =
        device.attentionMemory(Math.multiplyExact(batch, capacity), capacity, config.heads());
    long integers = align((long) batch * Integer.BYTES);
    memory =
        device.allocate(
            config.layers() * layerBytes + integers + attention.scratch() * Float.BYTES,
            "keys and values of %,d texts of %,d tokens".formatted(batch, capacity));
    caches = new Tensor[config.layers()];
    for (int layer = 0; layer < caches.length; layer++) {
      caches[layer] = memory.tensor(layer * layerBytes, dtype, batch, capacity, 2 * config.width());
    }
    long end = config.layers() * layerBytes;
    positionTensor = memory.tensor(end, DType.INT32, batch);
    scratch = memory.tensor(end + integers, DType.FP32, Math.toIntExact(attention.scratch()));
    positions = new int[batch];
  }

  private static long align(long bytes) {
    return (bytes + 63) / 64 * 64;
  }

  /**
   * Reads the prompts, none of them empty, in one pass.
   *
   * @return logits {@code [B][V]} of what follows each prompt
   */
  public float[][] start(int[][] prompts) {
    int longest = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElseThrow();
    int time = front.length + longest;
    int batch = cached.batch();
    int[] tokens = new int[batch * time];
    int[] last = new int[batch];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(front, 0, tokens, b * time, front.length);
      System.arraycopy(prompts[b], 0, tokens, b * time + front.length, prompts[b].length);
      positions[b] = front.length + prompts[b].length - 1;
      last[b] = b * time + positions[b];
    }
    return onLane(batch, time, model -> model.prefill(tokens, batch, time, last, caches, cached));
  }

  /**
   * Appends one token to each sequence.
   *
   * @return logits {@code [B][V]} of what follows
   */
  public float[][] next(int[] tokens) {
    int batch = cached.batch();
    for (int b = 0; b < batch; b++) {
      positions[b]++;
    }
    return onLane(
        batch,
        1,
        model -> {
          device.write(positionTensor, positions, 0, batch);
          return model.decode(tokens, positionTensor, caches, scratch, cached);
        });
  }

  private interface Work {
    Tensor on(Transformer model);
  }

  private float[][] onLane(int batch, int time, Work work) {
    float[] logits = new float[Math.multiplyExact(batch, parameters.config().vocabulary())];
    device.onEachLane(
        (lane, ops) -> {
          if (lane > 0) {
            return;
          }
          if (transformer == null || !transformer.fits(batch, time)) {
            closeTransformer();
            transformer = new Transformer(device, ops, parameters, batch * time, time);
          }
          device.read(work.on(transformer), logits, logits.length);
        });
    float[][] rows = new float[batch][];
    int width = parameters.config().vocabulary();
    for (int b = 0; b < batch; b++) {
      rows[b] = Arrays.copyOfRange(logits, b * width, (b + 1) * width);
    }
    return rows;
  }

  private void closeTransformer() {
    if (transformer != null) {
      transformer.close();
      transformer = null;
    }
  }

  @Override
  public void close() {
    closeTransformer();
    memory.close();
  }
}
