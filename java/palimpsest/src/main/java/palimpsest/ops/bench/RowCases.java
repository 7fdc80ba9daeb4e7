package palimpsest.ops.bench;

import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;
import palimpsest.ops.work.ModelShape;

/** Operations on rows of hidden states, embeddings and logits. */
final class RowCases extends CaseGroup {

  RowCases(ModelShape shape) {
    super(shape);
    residual();
    embedding();
    losses();
  }

  private void residual() {
    int some = Math.max(1, rows / 4);
    add(
        "add",
        "",
        0,
        b -> {
          Tensor out = b.normal(rows, width);
          Tensor in = b.normal(rows, width);
          return Call.of(ops -> ops.add(out, in));
        });
    add(
        "copy",
        "",
        layers,
        b -> {
          Tensor out = b.room(rows, width);
          Tensor in = b.normal(rows, width);
          return Call.of(ops -> ops.copy(out, in));
        });
    add(
        "zero",
        "",
        1,
        b -> {
          Tensor out = b.room(rows, width);
          return Call.of(ops -> ops.zero(out));
        });
    add(
        "gatherRows",
        "a quarter",
        2,
        b -> {
          Tensor out = b.room(some, width);
          Tensor in = b.normal(rows, width);
          Tensor numbers = b.spread(some, rows);
          return Call.of(ops -> ops.gatherRows(out, in, numbers));
        });
    add(
        "scatterRows",
        "a quarter",
        2,
        b -> {
          Tensor out = b.room(rows, width);
          Tensor in = b.normal(some, width);
          Tensor numbers = b.spread(some, rows);
          return Call.of(ops -> ops.scatterRows(out, in, numbers));
        });
  }

  private void embedding() {
    int vocabulary = shape.vocabulary();
    add(
        "embeddingForward",
        "",
        1,
        b -> {
          Tensor out = b.room(rows, width);
          Tensor table = b.normal(vocabulary, width);
          Tensor tokens = b.integers(vocabulary, rows);
          return Call.of(ops -> ops.embeddingForward(out, table, tokens));
        });
    add(
        "embeddingBackward",
        "",
        1,
        b -> {
          Tensor dTable = b.roomFp32(vocabulary, width);
          Tensor tokens = b.integers(vocabulary, rows);
          Tensor dOut = b.normal(rows, width);
          return Call.of(ops -> ops.embeddingBackward(dTable, tokens, dOut));
        });
  }

  private void losses() {
    int vocabulary = shape.vocabulary();
    add(
        "crossEntropyForwardBackward",
        "",
        1,
        b -> {
          Tensor losses = b.roomFp32(rows);
          Tensor targets = b.integers(vocabulary, rows);
          return inPlace(
              b, (ops, logits) -> ops.crossEntropyForwardBackward(logits, losses, targets, 1));
        });
    add(
        "crossEntropy",
        "evaluation",
        0,
        b -> {
          Tensor logits = b.logits(rows, vocabulary);
          Tensor losses = b.roomFp32(rows);
          Tensor largest = b.integers(1, rows);
          Tensor targets = b.integers(vocabulary, rows);
          return Call.of(ops -> ops.crossEntropy(losses, largest, logits, targets));
        });
    add(
        "distillationForwardBackward",
        "",
        0,
        b -> {
          Tensor losses = b.roomFp32(rows);
          Tensor teacher = b.normalFp32(rows, vocabulary);
          return inPlace(
              b, (ops, logits) -> ops.distillationForwardBackward(logits, losses, teacher, 2, 1));
        });
    add(
        "squaredErrorForwardBackward",
        "",
        0,
        b -> {
          Tensor losses = b.roomFp32(rows);
          Tensor wanted = b.normalFp32(rows, vocabulary);
          return inPlace(
              b, (ops, logits) -> ops.squaredErrorForwardBackward(logits, losses, wanted, 1));
        });
  }

  private interface OnLogits {
    void run(Ops ops, Tensor logits);
  }

  /** An operation that leaves gradients where logits were: they are put back each time. */
  private Call inPlace(Buffers b, OnLogits operation) {
    Tensor padded = b.paddedLogits(rows, shape.vocabulary());
    Tensor logits = padded.firstColumns(shape.vocabulary());
    Tensor before = b.paddedLogits(rows, shape.vocabulary());
    return new Call(ops -> operation.run(ops, logits), ops -> ops.copy(padded, before));
  }
}
