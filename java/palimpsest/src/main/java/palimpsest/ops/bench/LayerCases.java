package palimpsest.ops.bench;

import palimpsest.ops.Activation;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;
import palimpsest.ops.work.ModelShape;

/** Operations of a Transformer's layers. */
final class LayerCases extends CaseGroup {
  private static final float EPSILON = 1e-5f;

  LayerCases(ModelShape shape) {
    super(shape);
    attention();
    layerNorm();
    rmsNorm();
    matmul();
    gelu();
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

  private void rmsNorm() {
    add(
        "rmsNormForward",
        "",
        0,
        b -> {
          Tensor out = b.room(rows, width);
          Tensor rstd = b.roomFp32(rows);
          Tensor in = b.normal(rows, width);
          Tensor weight = b.normal(width);
          return Call.of(ops -> ops.rmsNormForward(out, rstd, in, weight, EPSILON));
        });
    add(
        "rmsNormBackward",
        "",
        0,
        b -> {
          Tensor dIn = b.room(rows, width);
          Tensor dWeight = b.roomFp32(width);
          Tensor dOut = b.normal(rows, width);
          Tensor in = b.normal(rows, width);
          Tensor weight = b.normal(width);
          Tensor rstd = b.ones(rows);
          return Call.of(ops -> ops.rmsNormBackward(dIn, dWeight, dOut, in, weight, rstd));
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
    add("matmulBiasGelu", "mlp up", layers, b -> activated(b, Activation.GELU));
    add("matmulBiasGelu", "mlp up, tanh", 0, b -> activated(b, Activation.GELU_TANH));
    add(
        "matmulBiasAdd",
        "mlp down",
        layers,
        b -> product(b, mlp, width, (ops, t) -> ops.matmulBiasAdd(t.out, t.in, t.weight, t.bias)));
    add(
        "matmul",
        "head",
        1,
        b ->
            product(
                b,
                b.logits(rows, shape.vocabulary()),
                width,
                (ops, t) -> ops.matmul(t.out, t.in, t.weight)));
    add("matmulBackward", "qkv", layers, b -> gradients(b, width, 3 * width, true));
    add("matmulBackward", "attention out", layers, b -> gradients(b, width, width, true));
    add("matmulBackward", "mlp up", layers, b -> gradients(b, width, mlp, false));
    add("matmulBackward", "mlp down", layers, b -> gradients(b, mlp, width, true));
    add(
        "matmulBackward",
        "head",
        1,
        b -> gradients(b, b.logits(rows, shape.vocabulary()), width, false));
  }

  private record Linear(Tensor out, Tensor in, Tensor weight, Tensor bias) {}

  private interface Product {
    void run(Ops ops, Linear tensors);
  }

  private Call product(Buffers b, int inputs, int outputs, Product product) {
    return product(b, b.room(rows, outputs), inputs, product);
  }

  private Call product(Buffers b, Tensor out, int inputs, Product product) {
    int outputs = out.columns();
    Linear tensors =
        new Linear(out, b.normal(rows, inputs), b.normal(outputs, inputs), b.normal(outputs));
    return Call.of(ops -> product.run(ops, tensors));
  }

  private Call activated(Buffers b, Activation form) {
    Tensor hidden = b.room(rows, shape.mlpWidth());
    return product(
        b,
        width,
        shape.mlpWidth(),
        (ops, t) -> ops.matmulBiasGelu(t.out, hidden, t.in, t.weight, t.bias, form));
  }

  private Call gradients(Buffers b, int inputs, int outputs, boolean biased) {
    return gradients(b, b.normal(rows, outputs), inputs, biased);
  }

  private Call gradients(Buffers b, Tensor dOut, int inputs, boolean biased) {
    int outputs = dOut.columns();
    Tensor dIn = b.room(rows, inputs);
    Tensor dWeight = b.roomFp32(outputs, inputs);
    Tensor dBias = biased ? b.roomFp32(outputs) : null;
    Tensor in = b.normal(rows, inputs);
    Tensor weight = b.normal(outputs, inputs);
    return Call.of(ops -> ops.matmulBackward(dIn, dWeight, dBias, dOut, in, weight));
  }

  private void gelu() {
    add("gelu", "", 0, this::again);
    add("geluBackward", "", layers, b -> slope(b, Activation.GELU));
    add("geluBackward", "tanh", 0, b -> slope(b, Activation.GELU_TANH));
  }

  private Call again(Buffers b) {
    Tensor out = b.room(rows, shape.mlpWidth());
    Tensor hidden = b.normal(rows, shape.mlpWidth());
    return Call.of(ops -> ops.gelu(out, hidden, Activation.GELU));
  }

  private Call slope(Buffers b, Activation form) {
    Tensor gradient = b.normal(rows, shape.mlpWidth());
    Tensor hidden = b.normal(rows, shape.mlpWidth());
    Tensor dBias = b.roomFp32(shape.mlpWidth());
    Tensor before = b.normal(rows, shape.mlpWidth());
    return new Call(
        ops -> ops.geluBackward(gradient, hidden, dBias, form), ops -> ops.copy(gradient, before));
  }
}
