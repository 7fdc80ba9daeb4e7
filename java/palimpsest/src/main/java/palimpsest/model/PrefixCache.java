package palimpsest.model;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import palimpsest.base.EnvironmentException;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/**
 * What the frozen layers at the bottom leave of each distinct sequence of tokens: {@code [T, C]},
 * kept for the steps to come. Its lanes share it. It is good for one set of frozen weights; whoever
 * changes them takes a new one.
 */
public final class PrefixCache implements AutoCloseable {
  private static final long BLOCK_BYTES = 8L << 20;
  private static final long ALIGNMENT = 64;

  private final Device device;
  private final int width;
  private final Map<IntBuffer, Tensor> outputs = new HashMap<>();
  private final List<DeviceMemory> blocks = new ArrayList<>();

  /** What may still be taken of the device's memory, and of what it has beside that. */
  private long memory;

  private long overflow;

  /** Of the last block, in which the next output goes. */
  private long used;

  private long found;
  private long missed;

  /**
   * How much may be kept; what comes when all is full is computed again each time.
   *
   * @param memory bytes of the device's memory
   * @param overflow bytes of {@link Device#allocateOverflow}
   */
  public record Budget(long memory, long overflow) {
    /** For no cache at all: a batch goes through the frozen layers as through the others. */
    public static final Budget NONE = new Budget(0, 0);

    /** Whether there is to be a cache. */
    public boolean isOpen() {
      return memory > 0;
    }
  }

  public PrefixCache(Device device, ModelConfig config, Budget budget) {
    this.device = device;
    width = config.width();
    memory = budget.memory();
    overflow = budget.overflow();
  }

  /**
   * The output for a sequence; null if it is not kept.
   *
   * @param tokens all that remain in the buffer
   */
  synchronized Tensor find(IntBuffer tokens) {
    Tensor output = outputs.get(tokens);
    if (output == null) {
      missed++;
    } else {
      found++;
    }
    return output;
  }

  /**
   * Copies an output, if there is room for it.
   *
   * @param output {@code [T, C]}
   */
  void keep(IntBuffer tokens, Tensor output, Ops ops) {
    Tensor place = place(output);
    if (place == null) {
      return;
    }
    ops.copy(place, output);
    int[] own = new int[tokens.remaining()];
    tokens.duplicate().get(own);
    synchronized (this) {
      outputs.putIfAbsent(IntBuffer.wrap(own), place);
    }
  }

  private synchronized Tensor place(Tensor output) {
    long bytes = align(output.size() * output.dtype().bytes());
    if (blocks.isEmpty() || used + bytes > blocks.getLast().bytes()) {
      DeviceMemory block = block(bytes);
      if (block == null) {
        return null;
      }
      blocks.add(block);
      used = 0;
    }
    DType dtype = output.dtype();
    Tensor place = blocks.getLast().tensor(used, dtype, output.rows(), width);
    used += bytes;
    return place;
  }

  /** Room for so much at least: of the device's memory while there is some; null if all is full. */
  private DeviceMemory block(long least) {
    if (least <= memory) {
      long bytes = Math.min(memory, Math.max(BLOCK_BYTES, least));
      memory -= bytes;
      try {
        return device.allocate(bytes, "outputs of frozen layers");
      } catch (EnvironmentException _) {
        memory = 0; // others took it: what is here is the budget
      }
    }
    if (least <= overflow) {
      long bytes = Math.min(overflow, Math.max(BLOCK_BYTES, least));
      overflow -= bytes;
      try {
        return device.allocateOverflow(bytes, "outputs of frozen layers");
      } catch (EnvironmentException _) {
        overflow = 0;
      }
    }
    return null;
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Share of the sequences that were there when they were looked for; 0 before the first. */
  synchronized double hitRate() {
    return found + missed == 0 ? 0 : (double) found / (found + missed);
  }

  /** Sequences whose output is kept. */
  synchronized int size() {
    return outputs.size();
  }

  @Override
  public synchronized void close() {
    outputs.clear();
    blocks.forEach(DeviceMemory::close);
    blocks.clear();
  }
}
