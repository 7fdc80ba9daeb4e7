package palimpsest.model;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.DType;
import palimpsest.ops.Device;

/**
 * Where every activation of one lane lies in its arena, planned before the first step for N = B T
 * positions. Layers below the lowest one that trains keep nothing for a backward: they share one
 * set of buffers and work on the residual in place.
 */
public final class ActivationPlan {
  private static final long ALIGNMENT = 64;

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final DType compute;
  private final AttentionMemory attention;
  private final Recompute recompute;
  private final int positions;
  private final int time;
  private final int logitsStride;

  /** Hidden width of each layer's adapter; 0 without. */
  private final int adapter;

  private long bytes;

  /** Elements from one row of logits to the next. */
  int logitsStride() {
    return logitsStride;
  }

  /** One buffer: the bytes from {@code offset} on. */
  record Entry(DType dtype, long elements, long offset) {
    long bytes() {
      return elements * dtype.bytes();
    }
  }

  /**
   * @param positions the most positions N = B T in one pass
   * @param time the longest sequence T
   * @param lowestTrainable the lowest {@link Parameter#stage} that trains; above the top for a
   *     model that only answers
   */
  public ActivationPlan(
      Device device,
      ModelConfig config,
      Insert insert,
      int positions,
      int time,
      int lowestTrainable,
      Recompute recompute) {
    this.recompute = recompute;
    this.adapter = insert instanceof Insert.Adapter(int hidden) ? hidden : 0;
    this.compute = device.computeType();
    this.attention = device.attentionMemory(positions, time, config.heads());
    this.positions = positions;
    this.time = time;
    this.logitsStride = device.paddedColumns(config.vocabulary());
    long n = positions;
    long width = config.width();
    int top = config.layers() + 1;
    for (String name : new String[] {"tokens", "rows", "targets", "largest"}) {
      add(name, DType.INT32, n);
    }
    add("losses", DType.FP32, n);
    for (int layer = 0; layer < config.layers(); layer++) {
      if (layer + 1 >= lowestTrainable) {
        addLayer("layers." + layer + ".", config);
      }
    }
    if (lowestTrainable > 1) {
      addLayer(SHARED, config);
    }
    if (lowestTrainable <= config.layers()) {
      addAgain(config);
    }
    add("out", compute, n * width);
    add("counted.in", compute, n * width);
    add("counted.attended", compute, n * width);
    add("counted.mean2", DType.FP32, n);
    add("counted.rstd2", DType.FP32, n);
    add("counted.out", compute, n * width);
    add("head.norm", compute, n * width);
    add("head.mean", DType.FP32, n);
    add("head.rstd", DType.FP32, n);
    add("logits", compute, n * logitsStride);
    if (lowestTrainable <= top) {
      add("d.out", compute, n * width);
      add("d.branch", compute, n * width);
      add("d.counted", compute, n * width);
      add("d.counted.branch", compute, n * width);
      add("d.norm", compute, n * width);
      add("d.wide", compute, n * Math.max(3 * width, config.mlpWidth()));
      add("d.attention", DType.FP32, attention.scratch());
      if (adapter > 0) {
        add("d.adapter", compute, n * adapter);
        add("d.adapter.norm", compute, n * width);
      }
    }
  }

  /** The prefix of the buffers that layers share if they keep nothing. */
  static final String SHARED = "shared.";

  /** The prefix of what is computed again before it is used. */
  static final String AGAIN = "again.";

  private void addLayer(String prefix, ModelConfig config) {
    long n = positions;
    long width = config.width();
    if (!prefix.equals(SHARED)) {
      add(prefix + "in", compute, n * width);
    }
    if (prefix.equals(SHARED) || !recompute.norms()) {
      addNorms(prefix, n * width);
    }
    add(prefix + "mean1", DType.FP32, n);
    add(prefix + "rstd1", DType.FP32, n);
    add(prefix + "qkv", compute, n * 3 * width);
    add(prefix + "attention", DType.FP32, attention.kept());
    add(prefix + "attended", compute, n * width);
    add(prefix + "hidden", compute, n * config.mlpWidth());
    if (prefix.equals(SHARED) || !recompute.gelu()) {
      add(prefix + "activated", compute, n * config.mlpWidth());
    }
    if (adapter > 0) {
      add(prefix + "adapter.hidden", compute, n * adapter);
      add(prefix + "adapter.activated", compute, n * adapter);
    }
    if (!config.parallelResidual()) {
      add(prefix + "middle", compute, n * width);
      add(prefix + "mean2", DType.FP32, n);
      add(prefix + "rstd2", DType.FP32, n);
    }
  }

  private void addNorms(String prefix, long elements) {
    add(prefix + "norm1", compute, elements);
    add(prefix + "norm2", compute, elements);
  }

  /** What layers that train overwrite one after the other, and compute again. */
  private void addAgain(ModelConfig config) {
    if (recompute.norms()) {
      addNorms(AGAIN, (long) positions * config.width());
    }
    if (recompute.gelu()) {
      add(AGAIN + "activated", compute, (long) positions * config.mlpWidth());
    }
  }

  private void add(String name, DType dtype, long elements) {
    entries.put(name, new Entry(dtype, elements, bytes));
    long size = elements * dtype.bytes();
    bytes += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  Entry get(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("no activation " + name + " is planned");
    }
    return entry;
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** The name of a layer's buffer: its own, or the one that all compute again. */
  String place(String prefix, String what) {
    return has(prefix + what) ? prefix + what : AGAIN + what;
  }

  public int positions() {
    return positions;
  }

  public int time() {
    return time;
  }

  /** Size of the arena. */
  public long bytes() {
    return bytes;
  }

  /** The largest buffers, as {@code logits 96 MiB, d.wide 24 MiB}. */
  String largest(int count) {
    return entries.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> -entry.getValue().bytes()))
        .limit(count)
        .map(
            entry -> "%s %,.1f MiB".formatted(entry.getKey(), entry.getValue().bytes() / 1048576.0))
        .collect(Collectors.joining(", "));
  }

  /** The plan as a table: a line a buffer, with its offset and size. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    entries.forEach(
        (name, entry) ->
            table.append(
                "%-28s %12d  %,14d bytes%n".formatted(name, entry.offset(), entry.bytes())));
    return table.append("%-28s %12s  %,14d bytes%n".formatted("total", "", bytes)).toString();
  }
}
