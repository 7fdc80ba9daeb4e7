package palimpsest.train;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import palimpsest.data.Batch;
import palimpsest.model.ModelConfig;

/**
 * What the kernels of a training step in bf16 have to move: the formulas at the heads of their
 * files, with the vectors that those leave out (weights of norms, biases, partial sums), summed
 * over a model of L layers of which the k lowest are frozen. N = B T rows, M of them counted.
 */
final class StepBytes {
  static final int BATCH = 3;
  static final int TIME = 100;
  static final int ROWS = BATCH * TIME;
  static final int VOCABULARY = 24;
  private static final int WIDTH = 32;
  private static final int HEADS = 2;
  private static final int MLP = 64;
  private static final int ROTARY = 8;

  /** Bytes of bf16 and of fp32, tokens and targets. */
  private static final long E = 2;

  private static final long WORD = 4;

  /** Mean and rstd of a norm's row. */
  private static final long STATISTICS = 2 * WORD;

  /** Angles of the positions of a row. */
  private static final long ROTATIONS = WORD * TIME * ROTARY;

  /** One number a row and head. */
  private static final long HEAD_ROWS = WORD * ROWS * HEADS;

  /** Rows of a block of sums down columns, and of a norm's backward. */
  private static final int PART = 256;

  private static final int NORM_PART = 128;

  private final int layers;
  private final int trained;
  private final boolean embeddingTrains;
  private final Batch batch;
  private final int counted;
  private final boolean passesOn;
  private final Map<String, Moved> kernels = new TreeMap<>();

  /** So many launches together. */
  record Moved(int launches, long read, long written) {
    Moved plus(Moved other) {
      return new Moved(launches + other.launches, read + other.read, written + other.written);
    }
  }

  /**
   * @param frozen k, and the embedding unless it trains
   */
  StepBytes(int layers, int frozen, boolean embeddingTrains, Batch batch) {
    this.layers = layers;
    this.embeddingTrains = embeddingTrains;
    this.batch = batch;
    trained = layers - frozen;
    counted = batch.counted();
    passesOn = embeddingTrains || trained > 1;
  }

  static ModelConfig model(int layers) {
    double rotaryShare = (double) ROTARY * HEADS / WIDTH;
    return new ModelConfig(
        layers, WIDTH, HEADS, MLP, VOCABULARY, TIME, rotaryShare, 10000, true, false, 1e-5);
  }

  /** {@code 4 C² + 2 C F + 9 C + F} a layer, V C of the head, 2 C of the last norm. */
  long trainedParameters() {
    long layer = 4L * WIDTH * WIDTH + 2L * WIDTH * MLP + 9L * WIDTH + MLP;
    long table = (long) VOCABULARY * WIDTH;
    return trained * layer + table + 2L * WIDTH + (embeddingTrains ? table : 0);
  }

  /** Twelve a layer, the head, the last norm's two and the embedding. */
  int trainedTensors() {
    return 12 * trained + 3 + (embeddingTrains ? 1 : 0);
  }

  /** Of 2048 elements: q, k and v have two, the others one. */
  private int blocks() {
    return trainedTensors() + trained;
  }

  /** A row once, and for each of them the weights and biases of both norms. */
  static long loadedByPair() {
    return state(ROWS) + ROWS * state(4);
  }

  /** By their names. */
  Map<String, Moved> ofKernels() {
    embedding();
    for (int layer = 0; layer < layers - 1; layer++) {
      forward(layer);
    }
    forwardCounted();
    head();
    if (trained > 0) {
      backwardCounted();
    }
    for (int layer = layers - trained; layer < layers - 1; layer++) {
      backward(layer);
    }
    optimiser();
    return kernels;
  }

  private void add(String kernel, long read, long written) {
    kernels.merge(kernel, new Moved(1, read, written), Moved::plus);
  }

  /** Of {@code [rows, columns]} in bf16. */
  private static long matrix(long rows, long columns) {
    return E * rows * columns;
  }

  private static long state(long rows) {
    return matrix(rows, WIDTH);
  }

  private static int parts(int rows, int rowsOfAPart) {
    return (rows + rowsOfAPart - 1) / rowsOfAPart;
  }

  private void embedding() {
    long tokens = WORD * ROWS;
    long seen = Arrays.stream(batch.tokens()).distinct().count();
    add("embedding_wide_forward_bf16", tokens + state(seen), state(ROWS));
    if (embeddingTrains) {
      long sums = WORD * seen * WIDTH;
      add("embedding_backward_bf16", tokens + state(ROWS) + sums, sums);
    }
  }

  private void forward(int layer) {
    boolean kept = layer >= layers - trained;
    add(
        "layernorm_wide_pair_forward_bf16",
        state(ROWS) + state(4),
        2 * state(ROWS) + STATISTICS * ROWS);
    if (kept) {
      copy(ROWS);
    }
    attention();
    mlp(ROWS);
  }

  private void forwardCounted() {
    norm(ROWS);
    attention();
    for (int tensor = 0; tensor < 2; tensor++) {
      add("residual_wide_gather_bf16", WORD * counted + state(counted), state(counted));
    }
    copy(counted);
    norm(counted);
    mlp(counted);
  }

  private void norm(int rows) {
    add("layernorm_wide_forward_bf16", state(rows) + state(2), state(rows) + STATISTICS * rows);
  }

  private void copy(int rows) {
    add("residual_wide_copy_bf16", state(rows), state(rows));
  }

  private void attention() {
    add("attention_mma_forward_bf16_d16", 3 * state(ROWS) + ROTATIONS, state(ROWS) + HEAD_ROWS);
  }

  private void mlp(int rows) {
    long hidden = matrix(rows, MLP);
    add("gelu_wide_erf_forward_bf16", hidden, hidden);
  }

  private void head() {
    norm(counted);
    add("crossentropy_scale_fp32", 0, WORD);
    long logits = matrix(counted, VOCABULARY);
    long perRow = WORD * counted;
    add("crossentropy_wide_forward_backward_bf16", logits + perRow + WORD, logits + perRow);
    boolean toLayers = embeddingTrains || trained > 0;
    if (toLayers) {
      zero(counted);
    }
    normBackward(counted, toLayers);
  }

  private void zero(int rows) {
    add("residual_wide_zero_bf16", 0, state(rows));
  }

  private void normBackward(int rows, boolean toInput) {
    long input = toInput ? state(rows) : 0;
    int parts = parts(rows, NORM_PART);
    add(
        "layernorm_wide_backward_bf16",
        2 * state(rows) + input + state(1) + STATISTICS * rows,
        input + sums(2, parts));
    sumParameters(2, parts);
  }

  /** Of fp32 vectors of C elements. */
  private static long sums(int vectors, int parts) {
    return WORD * vectors * parts * WIDTH;
  }

  private void sumParameters(int vectors, int parts) {
    add("layernorm_sum_parameters_fp32", sums(vectors, parts) + sums(vectors, 1), sums(vectors, 1));
  }

  private void backwardCounted() {
    backwardMlp(counted);
    biasGradient(counted, WIDTH);
    scatter();
    normBackward(counted, passesOn);
    if (passesOn) {
      scatter();
    }
    backwardAttention();
    normBackward(ROWS, passesOn);
  }

  private void scatter() {
    zero(ROWS);
    add("residual_wide_scatter_bf16", WORD * counted + state(counted), state(counted));
  }

  private void backward(int layer) {
    backwardMlp(ROWS);
    biasGradient(ROWS, WIDTH);
    backwardAttention();
    boolean toInput = embeddingTrains || layer > layers - trained;
    long input = toInput ? state(ROWS) : 0;
    int parts = parts(ROWS, NORM_PART);
    add(
        "layernorm_wide_pair_backward_bf16",
        3 * state(ROWS) + input + state(2) + STATISTICS * ROWS,
        input + sums(4, parts));
    sumParameters(4, parts);
  }

  /** The bias of the first product is summed up by GELU's kernel. */
  private void backwardMlp(int rows) {
    biasGradient(rows, WIDTH);
    long hidden = matrix(rows, MLP);
    add("gelu_wide_erf_backward_bf16", 2 * hidden, hidden + WORD * MLP * parts(rows, PART));
    sumPartials(rows, MLP);
  }

  private void biasGradient(int rows, int columns) {
    add(
        "residual_wide_bias_gradient_bf16",
        matrix(rows, columns),
        WORD * columns * parts(rows, PART));
    sumPartials(rows, columns);
  }

  private void sumPartials(int rows, int columns) {
    long sums = WORD * columns;
    add("residual_sum_partials_fp32", sums * parts(rows, PART) + sums, sums);
  }

  /** δ, a number a row and head, goes from one kernel to the other. */
  private void backwardAttention() {
    add(
        "attention_mma_backward_q_bf16_d16",
        5 * state(ROWS) + HEAD_ROWS + ROTATIONS,
        state(ROWS) + HEAD_ROWS);
    add(
        "attention_mma_backward_kv_bf16_d16",
        4 * state(ROWS) + 2 * HEAD_ROWS + ROTATIONS,
        2 * state(ROWS));
    biasGradient(ROWS, 3 * WIDTH);
  }

  private void optimiser() {
    long parameters = trainedParameters();
    long partials = WORD * blocks();
    add("ranges_wide_squares_fp32", WORD * parameters, partials);
    add("ranges_sum_fp32", partials, Double.BYTES);
    add("adamw_clip_fp32", 2 * Double.BYTES, 2 * WORD);
    add("adamw_wide_step_bf16", 4 * WORD * parameters, (4 * WORD + E) * parameters);
  }
}
