package palimpsest.ops.cpu;

/** Products of fp32 matrices on the calling thread, by a library of machine code. */
interface Blas {
  /**
   * {@code C = alpha op(A) op(B) + beta C}, all row-major, with C {@code [m, n]} and the inner size
   * k; op transposes or does not. With {@code beta = 0} what C holds is not read.
   *
   * <p>Addresses, not segments, are handed over: a slice for each of a step's thousands of small
   * products would be a slice on the heap.
   *
   * @param rowA elements from one row of A, as it lies in memory, to the next
   */
  void sgemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int rowA,
      long b,
      int rowB,
      float beta,
      long c,
      int rowC);

  /** Name, version and the kernels in use: what the bits of products depend on. */
  String version();
}
