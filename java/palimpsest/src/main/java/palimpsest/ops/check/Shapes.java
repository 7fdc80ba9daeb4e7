package palimpsest.ops.check;

import java.util.List;

/** The shapes that every device has to master: one token, odd widths, tails behind every tile. */
final class Shapes {
  /** {@code [B T, C]}. */
  static final List<Rows> ROWS =
      List.of(
          new Rows(1, 1, 3),
          new Rows(1, 7, 33),
          new Rows(1, 65, 101),
          new Rows(1, 127, 64),
          new Rows(3, 7, 255),
          new Rows(2, 65, 264),
          new Rows(1, 260, 24));

  /** Head sizes of the compiled kernels, and some between them. */
  static final List<Heads> HEADS =
      List.of(
          new Heads(1, 1, 1, 16, 4),
          new Heads(1, 7, 3, 16, 16),
          new Heads(1, 65, 2, 32, 8),
          new Heads(1, 127, 1, 64, 16),
          new Heads(2, 65, 1, 128, 32),
          new Heads(1, 127, 1, 33, 8),
          new Heads(1, 150, 2, 24, 12),
          new Heads(2, 200, 1, 64, 64),
          new Heads(1, 7, 3, 7, 0));

  /** {@code [B T, I]} to {@code [B T, O]}. */
  static final List<Product> PRODUCTS =
      List.of(
          new Product(1, 1, 3, 41),
          new Product(1, 7, 33, 5),
          new Product(1, 65, 101, 37),
          new Product(1, 127, 64, 129),
          new Product(3, 7, 128, 691));

  /** {@code [B T, V]}. */
  static final List<Logits> LOGITS =
      List.of(
          new Logits(1, 1, 3),
          new Logits(1, 7, 37),
          new Logits(1, 65, 691),
          new Logits(1, 127, 101),
          new Logits(1, 7, 5008),
          new Logits(2, 7, 5003));

  private Shapes() {}

  record Rows(int batch, int time, int width) {
    int rows() {
      return batch * time;
    }

    @Override
    public String toString() {
      return "B=%d T=%d C=%d".formatted(batch, time, width);
    }
  }

  record Heads(int batch, int time, int heads, int headSize, int rotary) {
    @Override
    public String toString() {
      return "B=%d T=%d H=%d D=%d rotary=%d".formatted(batch, time, heads, headSize, rotary);
    }
  }

  record Product(int batch, int time, int inputs, int outputs) {
    int rows() {
      return batch * time;
    }

    @Override
    public String toString() {
      return "B=%d T=%d I=%d O=%d".formatted(batch, time, inputs, outputs);
    }
  }

  record Logits(int batch, int time, int vocabulary) {
    int rows() {
      return batch * time;
    }

    @Override
    public String toString() {
      return "B=%d T=%d V=%d".formatted(batch, time, vocabulary);
    }
  }
}
