package palimpsest.model;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
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

  private final int width;
  private final Map<IntBuffer, Tensor> outputs = new HashMap<>();
  private final List<DeviceMemory> blocks = new ArrayList<>();

  /** In the order in which they are filled. */
  private final List<Tier> tiers;

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
    width = config.width();
    tiers =
        List.of(
            new Tier(budget.memory(), device::allocate),
            new Tier(budget.overflow(), device::allocateOverflow));
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
    Tensor place = place(tokens, output);
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

  /** Null if there is no room, or another lane has kept it meanwhile. */
  private synchronized Tensor place(IntBuffer tokens, Tensor output) {
    if (outputs.containsKey(tokens)) {
      return null;
    }
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

  /** Room for so much at least; null if all is full. */
  private DeviceMemory block(long least) {
    for (Tier tier : tiers) {
      DeviceMemory block = tier.block(least);
      if (block != null) {
        return block;
      }
    }
    return null;
  }

  /** One kind of memory, block by block. */
  private static final class Tier {
    private final BiFunction<Long, String, DeviceMemory> allocation;
    private long left;

    Tier(long budget, BiFunction<Long, String, DeviceMemory> allocation) {
      this.allocation = allocation;
      left = budget;
    }

    /** Null if there is no room, or others have taken it. */
    DeviceMemory block(long least) {
      if (least > left) {
        return null;
      }
      long bytes = Math.min(left, Math.max(BLOCK_BYTES, least));
      try {
        DeviceMemory block = allocation.apply(bytes, "outputs of frozen layers");
        left -= bytes;
        return block;
      } catch (EnvironmentException _) {
        left = 0;
        return null;
      }
    }
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Share of the sequences that were there when they were looked for; 0 before the first. */
  public synchronized double hitRate() {
    return found + missed == 0 ? 0 : (double) found / (found + missed);
  }

  /** Sequences whose output is kept. */
  public synchronized int size() {
    return outputs.size();
  }

  @Override
  public synchronized void close() {
    outputs.clear();
    blocks.forEach(DeviceMemory::close);
    blocks.clear();
  }
}
