package palimpsest.analysis.features;

/** Arithmetic of plain vectors. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  /** NaN if one of them is 0. */
  static double cosine(double[] a, double[] b) {
    return dot(a, b) / (norm(a) * norm(b));
  }

  /** NaN if it is 0. */
  static double[] unit(double[] a) {
    double norm = norm(a);
    double[] unit = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      unit[i] = a[i] / norm;
    }
    return unit;
  }

  static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  static double[][] minus(double[][] a, double[][] b) {
    double[][] differences = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      differences[i] = minus(a[i], b[i]);
    }
    return differences;
  }

  /** Of one vector at least. */
  static double[] mean(double[][] vectors) {
    double[] mean = new double[vectors[0].length];
    for (double[] vector : vectors) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += vector[c] / vectors.length;
      }
    }
    return mean;
  }

  static double meanNorm(double[][] vectors) {
    double sum = 0;
    for (double[] vector : vectors) {
      sum += norm(vector);
    }
    return sum / vectors.length;
  }
}
