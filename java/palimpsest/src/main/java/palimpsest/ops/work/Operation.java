package palimpsest.ops.work;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;

/**
 * A call of {@link palimpsest.ops.Ops} as data: what it is called, the family it belongs to, and
 * the work of its arguments. An operation that has no formula here counts every tensor it is given
 * once, and belongs to the family {@link #OTHER}: so a new one is timed from its first day.
 */
public final class Operation {
  /** The family of operations that have no formula yet. */
  public static final String OTHER = "other";

  private static final Map<String, String> FAMILIES =
      Map.ofEntries(
          Map.entry("embeddingForward", "embedding"),
          Map.entry("embeddingBackward", "embedding"),
          Map.entry("layerNormForward", "layernorm"),
          Map.entry("layerNormPairForward", "layernorm"),
          Map.entry("layerNormBackward", "layernorm"),
          Map.entry("layerNormPairBackward", "layernorm"),
          Map.entry("rmsNormForward", "layernorm"),
          Map.entry("rmsNormBackward", "layernorm"),
          Map.entry("matmul", "matmul"),
          Map.entry("matmulBias", "matmul"),
          Map.entry("matmulBiasAdd", "matmul"),
          Map.entry("matmulBiasGelu", "matmul"),
          Map.entry("matmulBackward", "matmul"),
          Map.entry("geluBackward", "gelu"),
          Map.entry("attentionForward", "attention"),
          Map.entry("attentionBackward", "attention"),
          Map.entry("attentionDecode", "attention"),
          Map.entry("fillCache", "attention"),
          Map.entry("gatherRows", "residual"),
          Map.entry("scatterRows", "residual"),
          Map.entry("zero", "residual"),
          Map.entry("add", "residual"),
          Map.entry("copy", "residual"),
          Map.entry("crossEntropyForwardBackward", "crossentropy"),
          Map.entry("crossEntropy", "crossentropy"),
          Map.entry("distillationForwardBackward", "imitation"),
          Map.entry("squaredErrorForwardBackward", "imitation"),
          Map.entry("dot", "ranges"),
          Map.entry("axpy", "ranges"),
          Map.entry("accumulateSquares", "ranges"),
          Map.entry("accumulateMagnitudes", "ranges"),
          Map.entry("quadraticPenalty", "ranges"),
          Map.entry("removeAlong", "ranges"),
          Map.entry("mergeGradients", "ranges"),
          Map.entry("adamw", "adamw"));

  private Operation() {}

  /** The kernel family, as its file is called. */
  public static String family(String operation) {
    return FAMILIES.getOrDefault(operation, OTHER);
  }

  /**
   * The work of a call.
   *
   * @param operation as {@link palimpsest.ops.Ops} calls it
   * @param arguments of the call, in its order
   */
  public static Work work(String operation, Object[] arguments) {
    return FAMILIES.containsKey(operation)
        ? known(operation, new Arguments(arguments))
        : touched(arguments);
  }

  private static Work known(String operation, Arguments a) {
    return switch (family(operation)) {
      case "embedding" -> embedding(operation, a);
      case "layernorm" -> layerNorm(operation, a);
      case "matmul" -> matmul(operation, a);
      case "gelu" -> new GeluWork(a.tensor(0).size(), a.bytes(0)).backward();
      case "attention" -> attention(operation, a);
      case "crossentropy", "imitation" -> loss(operation, a);
      case "residual" -> residual(operation, a);
      case "ranges" -> ranges(operation, a);
      default -> new AdamWWork(trained(a.table()), a.tensor(2).dtype()).step();
    };
  }

  private static Work embedding(String operation, Arguments a) {
    boolean forward = operation.equals("embeddingForward");
    Tensor rows = a.tensor(forward ? 0 : 2);
    Tensor table = a.tensor(forward ? 1 : 0);
    var work = new EmbeddingWork(rows.rows(), rows.columns(), table.rows(), rows.dtype().bytes());
    return forward ? work.forward() : work.backward();
  }

  private static Work layerNorm(String operation, Arguments a) {
    Tensor in =
        a.tensor(
            switch (operation) {
              case "rmsNormForward" -> 2;
              case "layerNormForward", "rmsNormBackward" -> 3;
              case "layerNormPairBackward" -> 7;
              default -> 4; // the input of the pair, and of the backward pass
            });
    var work = new LayerNormWork(in.rows(), in.columns(), in.dtype().bytes());
    return switch (operation) {
      case "layerNormForward" -> work.forward();
      case "layerNormPairForward" -> work.pairForward();
      case "rmsNormForward" -> work.rmsForward();
      case "rmsNormBackward" -> work.rmsBackward(a.given(0), a.given(1));
      case "layerNormPairBackward" -> work.pairBackward(a.given(0), a.given(1) || a.given(3));
      default -> work.backward(a.given(0), a.given(1));
    };
  }

  private static Work matmul(String operation, Arguments a) {
    boolean hidden = operation.equals("matmulBiasGelu");
    boolean backward = operation.equals("matmulBackward");
    Tensor out = a.tensor(backward ? 3 : 0);
    Tensor in = a.tensor(backward ? 4 : hidden ? 2 : 1);
    var work = new MatmulWork(in.rows(), in.columns(), out.columns(), in.dtype().bytes());
    return switch (operation) {
      case "matmul" -> work.forward();
      case "matmulBias" -> work.forwardBias();
      case "matmulBiasAdd" -> work.forwardBiasAdd();
      case "matmulBiasGelu" -> work.forwardBiasGelu();
      default -> work.backward(a.given(0), a.given(1), a.given(2));
    };
  }

  private static Work attention(String operation, Arguments a) {
    var work = new AttentionWork(a.attention(), a.bytes(0));
    return switch (operation) {
      case "attentionForward" -> work.forward();
      case "attentionBackward" -> work.backward();
      case "attentionDecode" -> work.decode();
      default -> work.fillCache();
    };
  }

  private static Work loss(String operation, Arguments a) {
    Tensor logits = a.tensor(operation.equals("crossEntropy") ? 2 : 0);
    var work = new CrossEntropyWork(logits.rows(), logits.columns(), logits.dtype().bytes());
    return switch (operation) {
      case "crossEntropyForwardBackward" -> work.forwardBackward();
      case "crossEntropy" -> work.forward();
      case "distillationForwardBackward" -> work.distillation();
      default -> work.squaredError(a.given(2));
    };
  }

  private static Work residual(String operation, Arguments a) {
    Tensor out = a.tensor(0);
    var work = new ResidualWork(out.size(), out.dtype().bytes());
    return switch (operation) {
      case "zero" -> work.zero();
      case "add" -> work.add();
      case "copy" -> work.copy(a.bytes(1));
      case "gatherRows" -> work.gather(a.tensor(2).size());
      default -> work.scatter(a.tensor(1).size(), a.tensor(2).size());
    };
  }

  private static Work ranges(String operation, Arguments a) {
    if (operation.equals("mergeGradients")) {
      return new RangesWork(trained(a.table())).merge(a.others());
    }
    var work = new RangesWork(a.tensor(0).size());
    return switch (operation) {
      case "dot" -> work.dot();
      case "axpy" -> work.axpy();
      case "quadraticPenalty" -> work.quadraticPenalty();
      case "removeAlong" -> work.removeAlong();
      default -> work.accumulate();
    };
  }

  private static long trained(SegmentTable table) {
    return table.segments().stream()
        .filter(segment -> !segment.frozen())
        .mapToLong(Segment::length)
        .sum();
  }

  private static Work touched(Object[] arguments) {
    return arguments == null
        ? Work.NONE
        : new Work(
            Arrays.stream(arguments)
                .flatMap(Operation::tensors)
                .mapToDouble(Operation::bytes)
                .sum(),
            0);
  }

  private static Stream<Tensor> tensors(Object argument) {
    return switch (argument) {
      case Tensor tensor -> Stream.of(tensor);
      case List<?> list -> list.stream().flatMap(Operation::tensors);
      case null, default -> Stream.empty();
    };
  }

  private static double bytes(Tensor tensor) {
    return (double) tensor.size() * tensor.dtype().bytes();
  }

  /** The arguments of a call, by their place. */
  private record Arguments(Object[] values) {
    Tensor tensor(int index) {
      return Objects.requireNonNull((Tensor) values[index]);
    }

    boolean given(int index) {
      return values[index] != null;
    }

    int bytes(int index) {
      return tensor(index).dtype().bytes();
    }

    SegmentTable table() {
      return (SegmentTable) values[0];
    }

    AttentionShape attention() {
      return (AttentionShape) values[values.length - 1];
    }

    /** Of {@code mergeGradients}. */
    int others() {
      return ((List<?>) values[2]).size();
    }
  }
}
