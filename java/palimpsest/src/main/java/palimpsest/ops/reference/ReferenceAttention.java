package palimpsest.ops.reference;

import java.util.function.UnaryOperator;
import palimpsest.ops.AttentionShape;

/**
 * Causal self-attention with rotary positions, one number after the other. {@code qkv [B T, 3C]}
 * has q, k, v of each head side by side.
 *
 * @param rotations {@code [positions, rotary]}: in each row the cosines, then the sines
 */
public record ReferenceAttention(AttentionShape shape, double[] rotations) {
  /**
   * @param rotated qkv with q and k rotated
   * @param probabilities {@code [B, H, T, T]}, 0 above the diagonal
   * @param out {@code [B T, C]}
   */
  public record Forward(double[] rotated, double[] probabilities, double[] out) {}

  /** A table of rotations by {@code position · base^(−2i/rotary)}. */
  public static double[] rotations(int positions, int rotary, double base) {
    double[] table = new double[positions * rotary];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < rotary / 2; i++) {
        double angle = position / Math.pow(base, 2.0 * i / rotary);
        table[position * rotary + i] = Math.cos(angle);
        table[position * rotary + rotary / 2 + i] = Math.sin(angle);
      }
    }
    return table;
  }

  public Forward forward(double[] qkv) {
    return forward(qkv, rotated -> rotated);
  }

  /**
   * @param stored what becomes of the rotated qkv where a plain computation stores it
   */
  public Forward forward(double[] qkv, UnaryOperator<double[]> stored) {
    double[] rotated = stored.apply(rotate(qkv, 1));
    int time = shape.time();
    double[] probabilities = new double[shape.batch() * shape.heads() * time * time];
    double[] out = new double[shape.batch() * time * shape.width()];
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.heads(); h++) {
        for (int t = 0; t < time; t++) {
          int row = ((b * shape.heads() + h) * time + t) * time;
          for (int s = 0; s <= t; s++) {
            for (int d = 0; d < shape.headSize(); d++) {
              probabilities[row + s] +=
                  scale() * rotated[at(b, t, h, 0, d)] * rotated[at(b, s, h, 1, d)];
            }
          }
          ReferenceSoftmax.apply(probabilities, row, t + 1);
          for (int s = 0; s <= t; s++) {
            for (int d = 0; d < shape.headSize(); d++) {
              out[outAt(b, t, h, d)] += probabilities[row + s] * rotated[at(b, s, h, 2, d)];
            }
          }
        }
      }
    }
    return new Forward(rotated, probabilities, out);
  }

  /** The gradient with respect to the unrotated qkv. */
  public double[] backward(double[] dOut, Forward kept) {
    double[] x = kept.rotated;
    double[] d = new double[x.length];
    int time = shape.time();
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.heads(); h++) {
        for (int t = 0; t < time; t++) {
          int row = ((b * shape.heads() + h) * time + t) * time;
          double[] dProbability = new double[time];
          double mean = 0;
          for (int s = 0; s <= t; s++) {
            double p = kept.probabilities[row + s];
            for (int i = 0; i < shape.headSize(); i++) {
              double dHere = dOut[outAt(b, t, h, i)];
              dProbability[s] += dHere * x[at(b, s, h, 2, i)];
              d[at(b, s, h, 2, i)] += dHere * p;
            }
            mean += dProbability[s] * p;
          }
          for (int s = 0; s <= t; s++) {
            double dScore = kept.probabilities[row + s] * (dProbability[s] - mean) * scale();
            for (int i = 0; i < shape.headSize(); i++) {
              d[at(b, t, h, 0, i)] += dScore * x[at(b, s, h, 1, i)];
              d[at(b, s, h, 1, i)] += dScore * x[at(b, t, h, 0, i)];
            }
          }
        }
      }
    }
    return rotate(d, -1);
  }

  /** Rotates q and k by each position's angles, or back with a direction of −1. */
  private double[] rotate(double[] qkv, int direction) {
    double[] rotated = qkv.clone();
    int half = shape.rotary() / 2;
    for (int b = 0; b < shape.batch(); b++) {
      for (int t = 0; t < shape.time(); t++) {
        for (int h = 0; h < shape.heads(); h++) {
          for (int part = 0; part < 2; part++) {
            for (int i = 0; i < half; i++) {
              double cosine = rotations[t * shape.rotary() + i];
              double sine = direction * rotations[t * shape.rotary() + half + i];
              int low = at(b, t, h, part, i);
              int high = at(b, t, h, part, i + half);
              rotated[low] = qkv[low] * cosine - qkv[high] * sine;
              rotated[high] = qkv[high] * cosine + qkv[low] * sine;
            }
          }
        }
      }
    }
    return rotated;
  }

  private double scale() {
    return 1 / Math.sqrt(shape.headSize());
  }

  /** Index in qkv of element d of q (part 0), k (1) or v (2). */
  public int at(int b, int t, int h, int part, int d) {
    return (((b * shape.time() + t) * shape.heads() + h) * 3 + part) * shape.headSize() + d;
  }

  private int outAt(int b, int t, int h, int d) {
    return ((b * shape.time() + t) * shape.heads() + h) * shape.headSize() + d;
  }
}
