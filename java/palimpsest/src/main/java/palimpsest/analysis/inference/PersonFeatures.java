package palimpsest.analysis.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import palimpsest.base.Matrix;
import palimpsest.base.Statistics;
import palimpsest.data.Passage;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.train.TokenLosses;

/**
 * The weak signs of membership: what a model's token losses on people's texts come to.
 *
 * @param features people × {@link #names}
 * @param byRole each person's mean loss over the tokens of a role; NaN without one
 */
public record PersonFeatures(Matrix features, Map<Passage.Role, double[]> byRole) {
  private static final int[] SHARES = {5, 10, 20, 30, 40, 50, 60};

  /** What the features are called, in their order. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    names.add("loss");
    for (int share : SHARES) {
      names.add("highest_" + share + "_percent");
    }
    for (int share : SHARES) {
      names.add("lowest_" + share + "_percent");
    }
    names.add("loss_per_deflated_byte");
    for (PersonTexts.Wrong wrong : PersonTexts.Wrong.values()) {
      String what = "wrong_" + wrong.name().toLowerCase(Locale.ROOT);
      names.add(what + "_difference");
      names.add(what + "_ratio");
    }
    return names;
  }

  /** Reads everybody's texts; draws no random numbers. */
  public static PersonFeatures read(
      Device device, Parameters parameters, List<PersonTexts> people) {
    List<int[]> sequences = new ArrayList<>();
    for (PersonTexts person : people) {
      sequences.add(person.biography());
      sequences.addAll(person.wrong());
    }
    float[][] losses = TokenLosses.of(device, parameters, sequences);
    int each = 1 + PersonTexts.Wrong.values().length;
    List<double[]> rows = new ArrayList<>();
    Map<Passage.Role, double[]> byRole = new EnumMap<>(Passage.Role.class);
    for (Passage.Role role : Passage.Role.values()) {
      byRole.put(role, new double[people.size()]);
    }
    for (int i = 0; i < people.size(); i++) {
      PersonTexts person = people.get(i);
      float[][] own = Arrays.copyOfRange(losses, i * each, (i + 1) * each);
      rows.add(features(own, person.deflatedBytes()));
      for (Passage.Role role : Passage.Role.values()) {
        byRole.get(role)[i] = mean(own[0], person.roles(), role);
      }
    }
    return new PersonFeatures(Matrix.ofRows(rows), byRole);
  }

  /**
   * Of one person.
   *
   * @param losses of the biography's tokens, then of each wrong one's
   */
  static double[] features(float[][] losses, int deflatedBytes) {
    double[] sorted = doubles(losses[0]);
    Arrays.sort(sorted);
    double loss = Statistics.mean(sorted);
    List<Double> features = new ArrayList<>();
    features.add(loss);
    for (int share : SHARES) {
      int count = count(sorted.length, share);
      features.add(
          Statistics.mean(Arrays.copyOfRange(sorted, sorted.length - count, sorted.length)));
    }
    for (int share : SHARES) {
      features.add(Statistics.mean(Arrays.copyOf(sorted, count(sorted.length, share))));
    }
    features.add(loss * sorted.length / deflatedBytes);
    for (int i = 1; i < losses.length; i++) {
      double wrong = Statistics.mean(doubles(losses[i]));
      features.add(wrong - loss);
      features.add(wrong / loss);
    }
    return features.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static int count(int tokens, int share) {
    return Math.max(1, tokens * share / 100);
  }

  private static double mean(float[] losses, List<Passage.Role> roles, Passage.Role role) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < losses.length; i++) {
      if (roles.get(i) == role) {
        sum += losses[i];
        count++;
      }
    }
    return sum / count;
  }

  private static double[] doubles(float[] values) {
    double[] copy = new double[values.length];
    Arrays.setAll(copy, i -> values[i]);
    return copy;
  }
}
