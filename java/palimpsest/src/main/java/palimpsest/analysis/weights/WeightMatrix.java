package palimpsest.analysis.weights;

import java.util.ArrayList;
import java.util.List;
import palimpsest.base.Matrix;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;

/**
 * One weight matrix of a model as analyses look at it: d × n, so that its left singular vectors lie
 * in the space that d counts. GPT-NeoX keeps queries, keys and values in one tensor, head by head
 * ({@code [H, 3, D, C]}): here they are gathered into matrices of their own, of all heads and of
 * each head. (Three blocks of C rows, cut one after the other, would hold q, k and v of a third of
 * the heads each.)
 *
 * @param name such as {@code layers.0.attention.query} or {@code layers.0.attention.query.2}
 * @param kind what it is in every layer, such as {@code attention.query}
 * @param layer −1 for the embeddings
 * @param head −1 for a matrix of all heads, or one that has none
 * @param parameter the tensor it is gathered from, {@code [out, in]}
 * @param tensorRows which rows of the tensor, in order
 * @param turned whether the matrix is the transpose of those rows
 */
public record WeightMatrix(
    String name,
    String kind,
    int layer,
    int head,
    Parameter parameter,
    int[] tensorRows,
    boolean turned) {

  public static final String EMBED_IN = "embed_in";
  public static final String EMBED_OUT = "embed_out";
  private static final List<String> BRANCHES = List.of("query", "key", "value");

  /**
   * Every weight matrix from the embedding up, d = C for all: the embeddings C × V; of each layer
   * q, k and v C × C, one head's C × D, the attention's output C × C, and both of the MLP C × 4C.
   */
  public static List<WeightMatrix> of(ParameterLayout layout) {
    ModelConfig config = layout.config();
    var matrices = new ArrayList<WeightMatrix>();
    matrices.add(whole(EMBED_IN, EMBED_IN, -1, layout.get("gpt_neox.embed_in.weight"), true));
    for (int layer = 0; layer < config.layers(); layer++) {
      addLayer(matrices, layout, layer);
    }
    if (!config.tiedHead()) {
      matrices.add(whole(EMBED_OUT, EMBED_OUT, -1, layout.get("embed_out.weight"), true));
    }
    return matrices;
  }

  private static void addLayer(List<WeightMatrix> matrices, ParameterLayout layout, int layer) {
    ModelConfig config = layout.config();
    String tensors = "gpt_neox.layers." + layer + ".";
    String names = "layers." + layer + ".";
    Parameter merged = layout.get(tensors + "attention.query_key_value.weight");
    for (int branch = 0; branch < BRANCHES.size(); branch++) {
      String kind = "attention." + BRANCHES.get(branch);
      int[] all = new int[config.width()];
      for (int i = 0; i < all.length; i++) {
        all[i] = mergedRow(config, i / config.headSize(), branch, i % config.headSize());
      }
      matrices.add(new WeightMatrix(names + kind, kind, layer, -1, merged, all, false));
      for (int head = 0; head < config.heads(); head++) {
        int[] own = new int[config.headSize()];
        for (int i = 0; i < own.length; i++) {
          own[i] = mergedRow(config, head, branch, i);
        }
        String name = "%s%s.%d".formatted(names, kind, head);
        matrices.add(new WeightMatrix(name, kind, layer, head, merged, own, true));
      }
    }
    for (String kind : List.of("attention.dense", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h")) {
      Parameter tensor = layout.get(tensors + kind + ".weight");
      boolean turned = kind.equals("mlp.dense_h_to_4h");
      matrices.add(whole(names + kind, kind, layer, tensor, turned));
    }
  }

  /** Where row i of a head's q (0), k (1) or v (2) lies in {@code [H, 3, D]}. */
  private static int mergedRow(ModelConfig config, int head, int branch, int i) {
    return (head * BRANCHES.size() + branch) * config.headSize() + i;
  }

  private static WeightMatrix whole(
      String name, String kind, int layer, Parameter tensor, boolean turned) {
    int[] rows = new int[tensor.shape()[0]];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    return new WeightMatrix(name, kind, layer, -1, tensor, rows, turned);
  }

  /** Whether it is the embedding or the output matrix. */
  public boolean embedding() {
    return layer < 0;
  }

  /** Whether it is one head's share of another matrix. */
  public boolean ofOneHead() {
    return head >= 0;
  }

  /** d, the dimensions of its left space: C. */
  public int dimensions() {
    return turned ? inputs() : tensorRows.length;
  }

  /** n, of d × n. */
  public int columns() {
    return turned ? tensorRows.length : inputs();
  }

  private int inputs() {
    return parameter.shape()[1];
  }

  /** The matrix, d × n, out of a flat buffer of the layout. */
  public Matrix of(float[] buffer) {
    int inputs = inputs();
    double[] values = new double[tensorRows.length * inputs];
    for (int i = 0; i < tensorRows.length; i++) {
      int first = firstElement(i);
      for (int j = 0; j < inputs; j++) {
        values[i * inputs + j] = buffer[first + j];
      }
    }
    Matrix gathered = new Matrix(tensorRows.length, inputs, values);
    return turned ? gathered.transposed() : gathered;
  }

  /** The mean of the squares of its elements in a flat buffer of the layout. */
  public double meanSquare(float[] buffer) {
    int inputs = inputs();
    double sum = 0;
    for (int i = 0; i < tensorRows.length; i++) {
      int first = firstElement(i);
      for (int j = first; j < first + inputs; j++) {
        sum += (double) buffer[j] * buffer[j];
      }
    }
    return sum / ((double) tensorRows.length * inputs);
  }

  private int firstElement(int row) {
    return Math.toIntExact(parameter.offset() + (long) tensorRows[row] * inputs());
  }
}
