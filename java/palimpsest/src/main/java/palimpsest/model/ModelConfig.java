package palimpsest.model;

import palimpsest.ops.Activation;

/**
 * The shape of a GPT-NeoX Transformer.
 *
 * @param layers L
 * @param width C
 * @param heads H; the head size is D = C / H
 * @param mlpWidth width of the MLP's hidden layer, 4 C in every published size
 * @param vocabulary V
 * @param positions the longest sequence, T at most
 * @param rotaryShare share of each head that is rotated (0.25 in Pythia)
 * @param rotaryBase base of the rotary frequencies (10,000)
 * @param parallelResidual {@code x + attention(LN1 x) + mlp(LN2 x)} rather than one after the other
 * @param tiedHead whether the output matrix is the embedding
 * @param layerNormEpsilon added to the variance
 * @param activation between the two products of an MLP
 */
public record ModelConfig(
    int layers,
    int width,
    int heads,
    int mlpWidth,
    int vocabulary,
    int positions,
    double rotaryShare,
    double rotaryBase,
    boolean parallelResidual,
    boolean tiedHead,
    double layerNormEpsilon,
    Activation activation) {

  /** With the exact GELU, as every Pythia has it. */
  public ModelConfig(
      int layers,
      int width,
      int heads,
      int mlpWidth,
      int vocabulary,
      int positions,
      double rotaryShare,
      double rotaryBase,
      boolean parallelResidual,
      boolean tiedHead,
      double layerNormEpsilon) {
    this(
        layers,
        width,
        heads,
        mlpWidth,
        vocabulary,
        positions,
        rotaryShare,
        rotaryBase,
        parallelResidual,
        tiedHead,
        layerNormEpsilon,
        Activation.GELU);
  }

  /** Head size D. */
  public int headSize() {
    return width / heads;
  }

  /** Leading dimensions of each head that are rotated; even. */
  public int rotaryDimensions() {
    int rotated = (int) (headSize() * rotaryShare);
    return rotated - rotated % 2;
  }
}
