package palimpsest.model;

import java.util.stream.IntStream;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/** The vectors of {@link Insert.Prompt} {@code [P, C]}, in front of every row of a pass. */
final class PromptVectors implements AutoCloseable {
  private final Ops ops;
  private final Tensor vectors;
  private final Tensor dVectors;
  private final int vocabulary;
  private final DeviceMemory memory;

  /** 0 … P − 1, by which the vectors are looked up like tokens. */
  private final Tensor numbers;

  private int[] tokens = new int[0];

  PromptVectors(Device device, Ops ops, Weights weights) {
    this.ops = ops;
    vectors = weights.weight(ParameterLayout.PROMPT);
    dVectors = weights.gradient(ParameterLayout.PROMPT);
    vocabulary = weights.config().vocabulary();
    memory = device.allocate((long) vectors.rows() * Integer.BYTES, "numbers of a prompt");
    numbers = memory.tensor(0, DType.INT32, vectors.rows());
    device.write(numbers, IntStream.range(0, vectors.rows()).toArray(), 0, vectors.rows());
  }

  /** Tokens that can all be looked up: 0 in place of those that mean the prompt. */
  int[] without(int[] batch, int offset, int positions) {
    if (tokens.length < positions) {
      tokens = new int[positions];
    }
    for (int i = 0; i < positions; i++) {
      int token = batch[offset + i];
      tokens[i] = token < vocabulary ? token : 0;
    }
    return tokens;
  }

  /** Puts the vectors into {@code out [B T, C]}. */
  void forward(Tensor out, AttentionShape shape) {
    for (int row = 0; row < shape.batch(); row++) {
      ops.embeddingForward(front(out, row, shape), vectors, numbers);
    }
  }

  /** Takes the vectors' gradients out of {@code dOut [B T, C]}: zeros stay behind. */
  void backward(Tensor dOut, AttentionShape shape) {
    for (int row = 0; row < shape.batch(); row++) {
      Tensor front = front(dOut, row, shape);
      if (dVectors != null) {
        ops.embeddingBackward(dVectors, numbers, front);
      }
      ops.zero(front);
    }
  }

  private Tensor front(Tensor of, int row, AttentionShape shape) {
    long first = (long) row * shape.time() * vectors.columns();
    return of.slice(first, vectors.rows(), vectors.columns());
  }

  @Override
  public void close() {
    memory.close();
  }
}
