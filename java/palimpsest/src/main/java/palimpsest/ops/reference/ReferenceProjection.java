package palimpsest.ops.reference;

import palimpsest.ops.Along;

/** What is left of rows once something has been taken out along others. */
public final class ReferenceProjection {
  private ReferenceProjection() {}

  /** {@code x − strength c direction} with c for each of the rows as {@code along} says. */
  public static double[] removed(
      double[] x, double[] direction, int rows, Along along, double strength) {
    int width = x.length / rows;
    double[] left = x.clone();
    for (int first = 0; first < x.length; first += width) {
      double product = 0;
      double ofX = 0;
      double ofDirection = 0;
      for (int i = first; i < first + width; i++) {
        product += x[i] * direction[i];
        ofX += x[i] * x[i];
        ofDirection += direction[i] * direction[i];
      }
      double factor =
          switch (along) {
            case PROJECTION -> product / ofDirection;
            case COSINE -> product / Math.sqrt(ofX * ofDirection);
            case HALF_NORMED -> product / Math.sqrt(ofDirection);
          };
      for (int i = first; i < first + width && product != 0; i++) {
        left[i] -= strength * factor * direction[i];
      }
    }
    return left;
  }
}
