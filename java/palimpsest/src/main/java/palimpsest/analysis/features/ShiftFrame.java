package palimpsest.analysis.features;

/**
 * One hidden state of N questions before and after some training, with the directions that it is
 * looked at along.
 *
 * @param h before, {@code [N][C]}
 * @param hAfter in the same order
 * @param shifts h′ − h
 * @param meanShift {@code [C]}
 * @param before principal components of h
 * @param after principal components of h′
 */
record ShiftFrame(
    double[][] h,
    double[][] hAfter,
    double[][] shifts,
    double[] meanShift,
    PrincipalComponents before,
    PrincipalComponents after) {

  static ShiftFrame of(double[][] h, double[][] hAfter) {
    double[][] shifts = Vectors.minus(hAfter, h);
    return new ShiftFrame(
        h,
        hAfter,
        shifts,
        Vectors.mean(shifts),
        PrincipalComponents.of(h, FeatureShift.COMPONENTS, true),
        PrincipalComponents.of(hAfter, FeatureShift.COMPONENTS, true));
  }
}
