package palimpsest.ops.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Along;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Ops;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;
import palimpsest.ops.work.ModelShape;

/** Every operation at the shapes that a model of some shape calls it with. */
final class Cases {
  private static final float EPSILON = 1e-5f;

  /** Of a plain step with most of the moments kept: nothing runs into subnormal numbers. */
  private static final AdamWStep STEP = new AdamWStep(10, 1e-3, 0.9999, 0.99999, 1e-8, 0.1, 1);

  private final ModelShape shape;
  private final int rows;
  private final int width;
  private final int layers;
  private final List<BenchCase> cases = new ArrayList<>();

  private Cases(ModelShape shape) {
    this.shape = shape;
    rows = shape.rows();
    width = shape.width();
    layers = shape.layers();
  }

  /**
   * The cases of some families, all of them where none is named.
   *
   * @throws UserException if no family is called so
   */
  static List<BenchCase> of(ModelShape shape, List<String> families) {
    List<BenchCase> all = all(shape);
    Set<String> known = families(all);
    for (String family : families) {
      if (!known.contains(family)) {
        refuse(family, known);
      }
    }
    return all.stream()
        .filter(each -> families.isEmpty() || families.contains(each.family()))
        .toList();
  }

  /** The names of all families. */
  static Set<String> families() {
    return families(all(ModelShape.named("micro")));
  }

  private static Set<String> families(List<BenchCase> cases) {
    Set<String> names = new LinkedHashSet<>();
    cases.forEach(each -> names.add(each.family()));
    return names;
  }

  private static List<BenchCase> all(ModelShape shape) {
    Cases all = new Cases(shape);
    all.attention();
    all.layerNorm();
    all.matmul();
    all.gelu();
    all.residual();
    all.embedding();
    all.losses();
    all.ranges();
    all.adamw();
    return all.cases;
  }

  private static void refuse(String name, Set<String> known) {
    throw new UserException(
        "no kernel family is called '%s'%s (there are %s)"
            .formatted(name, Nearest.hint(name, known), String.join(", ", known)));
  }

  private interface Maker {
    Call make(Buffers b);
  }

  private void add(String operation, String role, int callsPerStep, Maker maker) {
    cases.add(BenchCase.of(operation, role, callsPerStep, maker::make));
  }

  private void attention() {
    AttentionShape heads = shape.attention();
    add(
        "attentionForward",
        "",
        layers,
        b -> {
          Tensor out = b.room(rows, width);
          Tensor kept = b.kept(heads);
          Tensor qkv = b.normal(rows, 3L * width);
          Tensor rotations = b.rotations(heads);
          return Call.of(ops -> ops.attentionForward(out, kept, qkv, rotations, heads));
        });
    add(
        "attentionBackward",
        "",
        layers,
        b -> {
          Tensor out = b.room(rows, width);
          Tensor kept = b.kept(heads);
          Tensor qkv = b.normal(rows, 3L * width);
          Tensor rotations = b.rotations(heads);
          Tensor dQkv = b.room(rows, 3L * width);
          Tensor dOut = b.normal(rows, width);
          Tensor scratch = b.scratch(heads);
          b.first(ops -> ops.attentionForward(out, kept, qkv, rotations, heads));
          return Call.of(
              ops -> ops.attentionBackward(dQkv, dOut, out, qkv, kept, rotations, scratch, heads));
        });
    add(
        "fillCache",
        "",
        0,
        b -> {
          Tensor cache = b.room((long) rows, 2L * width);
          Tensor qkv = b.normal(rows, 3L * width);
          Tensor rotations = b.rotations(heads);
          return Call.of(ops -> ops.fillCache(cache, qkv, rotations, heads.time(), heads));
        });
    add("attentionDecode", "", 0, b -> decode(b, heads));
  }

  private Call decode(Buffers b, AttentionShape heads) {
    int batch = shape.batch();
    Tensor out = b.room(batch, width);
    Tensor cache = b.normal((long) rows, 2L * width);
    Tensor qkv = b.normal(batch, 3L * width);
    Tensor positions = b.constant(heads.time() - 1, batch);
    Tensor rotations = b.rotations(heads);
    Tensor scratch = b.scratch(heads);
    return Call.of(
        ops -> ops.attentionDecode(out, cache, qkv, positions, rotations, scratch, heads));
  }

  private void layerNorm() {
    add(
        "layerNormForward",
        "",
        3,
        b -> {
          Tensor out = b.room(rows, width);
          Tensor mean = b.roomFp32(rows);
          Tensor rstd = b.roomFp32(rows);
          Tensor in = b.normal(rows, width);
          Tensor weight = b.normal(width);
          Tensor bias = b.normal(width);
          return Call.of(ops -> ops.layerNormForward(out, mean, rstd, in, weight, bias, EPSILON));
        });
    add(
        "layerNormPairForward",
        "",
        layers - 1,
        b -> {
          Tensor out1 = b.room(rows, width);
          Tensor out2 = b.room(rows, width);
          Tensor mean = b.roomFp32(rows);
          Tensor rstd = b.roomFp32(rows);
          Tensor in = b.normal(rows, width);
          Tensor weight = b.normal(width);
          Tensor bias = b.normal(width);
          return Call.of(
              ops ->
                  ops.layerNormPairForward(
                      out1, out2, mean, rstd, in, weight, bias, weight, bias, EPSILON));
        });
    add(
        "layerNormBackward",
        "",
        3,
        b -> {
          Tensor dIn = b.room(rows, width);
          Tensor dWeight = b.roomFp32(width);
          Tensor dBias = b.roomFp32(width);
          Tensor dOut = b.normal(rows, width);
          Tensor in = b.normal(rows, width);
          Tensor weight = b.normal(width);
          Tensor mean = b.roomFp32(rows);
          Tensor rstd = b.ones(rows);
          return Call.of(
              ops -> ops.layerNormBackward(dIn, dWeight, dBias, dOut, in, weight, mean, rstd));
        });
    add(
        "layerNormPairBackward",
        "",
        layers - 1,
        b -> {
          Tensor dIn = b.room(rows, width);
          Tensor dWeight1 = b.roomFp32(width);
          Tensor dBias1 = b.roomFp32(width);
          Tensor dWeight2 = b.roomFp32(width);
          Tensor dBias2 = b.roomFp32(width);
          Tensor dOut1 = b.normal(rows, width);
          Tensor dOut2 = b.normal(rows, width);
          Tensor in = b.normal(rows, width);
          Tensor weight = b.normal(width);
          Tensor mean = b.roomFp32(rows);
          Tensor rstd = b.ones(rows);
          return Call.of(
              ops ->
                  ops.layerNormPairBackward(
                      dIn, dWeight1, dBias1, dWeight2, dBias2, dOut1, dOut2, in, weight, weight,
                      mean, rstd));
        });
  }

  private void matmul() {
    int mlp = shape.mlpWidth();
    add(
        "matmulBias",
        "qkv",
        layers,
        b ->
            product(
                b, width, 3 * width, (ops, t) -> ops.matmulBias(t.out, t.in, t.weight, t.bias)));
    add(
        "matmulBiasAdd",
        "attention out",
        layers,
        b ->
            product(b, width, width, (ops, t) -> ops.matmulBiasAdd(t.out, t.in, t.weight, t.bias)));
    add(
        "matmulBiasGelu",
        "mlp up",
        layers,
        b -> {
          Tensor hidden = b.room(rows, mlp);
          return product(
              b, width, mlp, (ops, t) -> ops.matmulBiasGelu(t.out, hidden, t.in, t.weight, t.bias));
        });
    add(
        "matmulBiasAdd",
        "mlp down",
        layers,
        b -> product(b, mlp, width, (ops, t) -> ops.matmulBiasAdd(t.out, t.in, t.weight, t.bias)));
    add(
        "matmul",
        "head",
        1,
        b -> product(b, width, shape.vocabulary(), (ops, t) -> ops.matmul(t.out, t.in, t.weight)));
    add("matmulBackward", "qkv", layers, b -> gradients(b, width, 3 * width, true));
    add("matmulBackward", "attention out", layers, b -> gradients(b, width, width, true));
    add("matmulBackward", "mlp up", layers, b -> gradients(b, width, mlp, false));
    add("matmulBackward", "mlp down", layers, b -> gradients(b, mlp, width, true));
    add("matmulBackward", "head", 1, b -> gradients(b, width, shape.vocabulary(), false));
  }

  private record Linear(Tensor out, Tensor in, Tensor weight, Tensor bias) {}

  private interface Product {
    void run(Ops ops, Linear tensors);
  }

  private Call product(Buffers b, int inputs, int outputs, Product product) {
    Linear tensors =
        new Linear(
            b.room(rows, outputs),
            b.normal(rows, inputs),
            b.normal(outputs, inputs),
            b.normal(outputs));
    return Call.of(ops -> product.run(ops, tensors));
  }

  private Call gradients(Buffers b, int inputs, int outputs, boolean biased) {
    Tensor dIn = b.room(rows, inputs);
    Tensor dWeight = b.roomFp32(outputs, inputs);
    Tensor dBias = biased ? b.roomFp32(outputs) : null;
    Tensor dOut = b.normal(rows, outputs);
    Tensor in = b.normal(rows, inputs);
    Tensor weight = b.normal(outputs, inputs);
    return Call.of(ops -> ops.matmulBackward(dIn, dWeight, dBias, dOut, in, weight));
  }

  private void gelu() {
    add(
        "geluBackward",
        "",
        layers,
        b -> {
          Tensor gradient = b.normal(rows, shape.mlpWidth());
          Tensor hidden = b.normal(rows, shape.mlpWidth());
          Tensor dBias = b.roomFp32(shape.mlpWidth());
          Tensor before = b.normal(rows, shape.mlpWidth());
          return new Call(
              ops -> ops.geluBackward(gradient, hidden, dBias), ops -> ops.copy(gradient, before));
        });
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
          Tensor logits = b.normal(rows, vocabulary);
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
    Tensor logits = b.normal(rows, shape.vocabulary());
    Tensor before = b.normal(rows, shape.vocabulary());
    return new Call(ops -> operation.run(ops, logits), ops -> ops.copy(logits, before));
  }

  private void ranges() {
    long n = shape.parameters();
    add(
        "dot",
        "",
        0,
        b -> {
          Tensor x = b.normalFp32(n);
          Tensor y = b.normalFp32(n);
          return Call.of(ops -> ops.dot(x, y));
        });
    add(
        "axpy",
        "",
        0,
        b -> {
          Tensor y = b.normalFp32(n);
          Tensor x = b.normalFp32(n);
          return Call.of(ops -> ops.axpy(y, 1e-3f, x));
        });
    add(
        "accumulateSquares",
        "",
        0,
        b -> {
          Tensor out = b.roomFp32(n);
          Tensor x = b.normalFp32(n);
          return Call.of(ops -> ops.accumulateSquares(out, x, 1));
        });
    add(
        "accumulateMagnitudes",
        "",
        0,
        b -> {
          Tensor out = b.roomFp32(n);
          Tensor x = b.normalFp32(n);
          return Call.of(ops -> ops.accumulateMagnitudes(out, x, 1));
        });
    add(
        "quadraticPenalty",
        "",
        0,
        b -> {
          Tensor gradient = b.normalFp32(n);
          Tensor importance = b.ones(n);
          Tensor weights = b.normalFp32(n);
          Tensor anchor = b.normalFp32(n);
          return Call.of(ops -> ops.quadraticPenalty(gradient, importance, weights, anchor, 1e-3f));
        });
    add(
        "removeAlong",
        "mlp up",
        0,
        b -> {
          Tensor x = b.normalFp32(shape.mlpWidth(), width);
          Tensor direction = b.normalFp32(shape.mlpWidth(), width);
          return Call.of(ops -> ops.removeAlong(x, direction, Along.PROJECTION, 0.5f));
        });
    add(
        "mergeGradients",
        "two lanes",
        1,
        b -> {
          SegmentTable table = b.segments(n);
          Tensor into = b.normalFp32(n);
          Tensor from = b.normalFp32(n);
          return Call.of(ops -> ops.mergeGradients(table, into, List.of(from)));
        });
  }

  private void adamw() {
    long n = shape.parameters();
    add(
        "adamw",
        "",
        1,
        b -> {
          SegmentTable table = b.segments(n);
          Tensor weights = b.normalFp32(n);
          Tensor compute = b.computed(weights);
          Tensor gradients = b.normalFp32(n);
          Tensor moment1 = b.normalFp32(n);
          Tensor moment2 = b.ones(n);
          return Call.of(
              ops -> ops.adamw(table, weights, compute, gradients, moment1, moment2, STEP));
        });
  }
}
