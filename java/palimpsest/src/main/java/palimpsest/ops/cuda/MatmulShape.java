package palimpsest.ops.cuda;

import palimpsest.ops.Tensor;

/**
 * All of a product that its plan depends on: sizes, types, how far apart rows lie, whether there is
 * a bias, and how the addresses are aligned. One instance is filled anew for each look-up, for that
 * to leave nothing on the heap; what a map keeps is a {@link #copy}.
 */
final class MatmulShape {
  /**
   * Of the widest access. What lies better by chance must not have another algorithm: a buffer's
   * place depends on what was computed before.
   */
  private static final int MOST_ALIGNMENT = 16;

  /** A bias is a parameter, whose place is always the same; the library looks at it itself. */
  private static final int MOST_ALIGNMENT_OF_A_BIAS = 256;

  private Product product;
  private int m;
  private int n;
  private int k;
  private int type;
  private int outType;
  private int strideA;
  private int strideB;
  private int strideC;
  private int alignmentA;
  private int alignmentB;
  private int alignmentC;

  /** 0 without a bias. */
  private int alignmentBias;

  /**
   * @param bias null for none
   */
  MatmulShape set(
      Product form, int rows, int columns, int inner, Tensor a, Tensor b, Tensor c, Tensor bias) {
    product = form;
    m = rows;
    n = columns;
    k = inner;
    type = Product.type(a);
    outType = Product.type(c);
    strideA = a.stride();
    strideB = b.stride();
    strideC = c.stride();
    alignmentA = alignment(a.rowsAddress(), MOST_ALIGNMENT);
    alignmentB = alignment(b.rowsAddress(), MOST_ALIGNMENT);
    alignmentC = alignment(c.rowsAddress(), MOST_ALIGNMENT);
    alignmentBias = bias == null ? 0 : alignment(bias.address(), MOST_ALIGNMENT_OF_A_BIAS);
    return this;
  }

  MatmulShape copy() {
    MatmulShape copy = new MatmulShape();
    copy.product = product;
    copy.m = m;
    copy.n = n;
    copy.k = k;
    copy.type = type;
    copy.outType = outType;
    copy.strideA = strideA;
    copy.strideB = strideB;
    copy.strideC = strideC;
    copy.alignmentA = alignmentA;
    copy.alignmentB = alignmentB;
    copy.alignmentC = alignmentC;
    copy.alignmentBias = alignmentBias;
    return copy;
  }

  /** The largest power of two, in bytes, that an address is a multiple of. */
  private static int alignment(long address, int most) {
    return (int) Long.lowestOneBit(address | most);
  }

  Product product() {
    return product;
  }

  int m() {
    return m;
  }

  int n() {
    return n;
  }

  int k() {
    return k;
  }

  /** cuBLAS's name of the type of what is multiplied. */
  int type() {
    return type;
  }

  int outType() {
    return outType;
  }

  /** Elements of one of our rows, which are cuBLAS's columns, to the next. */
  int strideA() {
    return strideA;
  }

  int strideB() {
    return strideB;
  }

  int strideC() {
    return strideC;
  }

  boolean biased() {
    return alignmentBias != 0;
  }

  int alignmentA() {
    return alignmentA;
  }

  int alignmentB() {
    return alignmentB;
  }

  int alignmentC() {
    return alignmentC;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MatmulShape that
        && m == that.m
        && n == that.n
        && k == that.k
        && product == that.product
        && type == that.type
        && outType == that.outType
        && strideA == that.strideA
        && strideB == that.strideB
        && strideC == that.strideC
        && alignmentA == that.alignmentA
        && alignmentB == that.alignmentB
        && alignmentC == that.alignmentC
        && alignmentBias == that.alignmentBias;
  }

  /** Of what tells most plans apart. */
  @Override
  public int hashCode() {
    return 31 * (31 * (31 * m + n) + k) + product.ordinal();
  }
}
