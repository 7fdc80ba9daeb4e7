package palimpsest.ops.work;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;
import palimpsest.ops.AttentionShape;

/**
 * The shape of a model and of a batch, which all shapes of its operations follow from.
 *
 * @param name such as {@code pythia-160m}
 * @param batch B
 * @param time T
 * @param width C
 * @param heads H
 * @param layers L
 * @param vocabulary V
 */
public record ModelShape(
    String name, int batch, int time, int width, int heads, int layers, int vocabulary) {
  private static final int PYTHIA_VOCABULARY = 50304;

  /** The batch that the paper pretrains with on a GPU. */
  private static final int PAPER_BATCH = 96;

  private static final int PAPER_TIME = 512;

  /** The share of a head that Pythia rotates. */
  private static final int ROTARY_PART = 4;

  private static final Map<String, ModelShape> NAMED = new LinkedHashMap<>();

  static {
    name(new ModelShape("pythia-70m", PAPER_BATCH, PAPER_TIME, 512, 8, 6, PYTHIA_VOCABULARY));
    name(new ModelShape("pythia-160m", PAPER_BATCH, PAPER_TIME, 768, 12, 12, PYTHIA_VOCABULARY));
    name(new ModelShape("pythia-410m", PAPER_BATCH, PAPER_TIME, 1024, 16, 24, PYTHIA_VOCABULARY));
    name(new ModelShape("small", 8, 128, 192, 6, 6, 2000));
    name(new ModelShape("tiny", 8, 128, 128, 4, 4, 697));
    name(new ModelShape("micro", 2, 16, 32, 2, 2, 61));
  }

  private static void name(ModelShape shape) {
    NAMED.put(shape.name, shape);
  }

  /** The names of {@link #named}. */
  public static List<String> names() {
    return List.copyOf(NAMED.keySet());
  }

  /**
   * A shape by its name, with the batch it is usually trained with.
   *
   * @throws UserException if there is none of that name
   */
  public static ModelShape named(String name) {
    ModelShape shape = NAMED.get(name);
    if (shape == null) {
      throw new UserException(
          "--model %s: there is no such shape%s (there are %s)"
              .formatted(name, Nearest.hint(name, NAMED.keySet()), String.join(", ", names())));
    }
    return shape;
  }

  /**
   * This shape with some of its sizes changed, as {@code B=96,T=512,C=768,H=12}.
   *
   * @throws UserException if that is not a list of sizes, or they do not make a shape
   */
  public ModelShape with(String sizes) {
    Map<String, Integer> changed = sizes();
    for (String part : sizes.split(",")) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals).strip();
      if (equals < 0 || !changed.containsKey(key)) {
        throw new UserException(
            "--shape %s: '%s' is not one of B=, T=, C=, H=, L= and V= with a number"
                .formatted(sizes, part.strip()));
      }
      changed.put(key, size(sizes, part.substring(equals + 1).strip()));
    }
    return new ModelShape(
            name,
            changed.get("B"),
            changed.get("T"),
            changed.get("C"),
            changed.get("H"),
            changed.get("L"),
            changed.get("V"))
        .checked(sizes);
  }

  private static int size(String sizes, String text) {
    try {
      int size = Integer.parseInt(text);
      if (size > 0) {
        return size;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new UserException(
        "--shape %s: '%s' is not a whole number from 1 on".formatted(sizes, text));
  }

  private ModelShape checked(String sizes) {
    if (width % heads != 0) {
      throw new UserException(
          "--shape %s: C=%d cannot be cut into H=%d heads".formatted(sizes, width, heads));
    }
    if ((long) batch * time > Integer.MAX_VALUE / 4) {
      throw new UserException("--shape %s: B T is too large".formatted(sizes));
    }
    return this;
  }

  /** By their letters, in the order in which they are printed. */
  public Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    sizes.put("B", batch);
    sizes.put("T", time);
    sizes.put("C", width);
    sizes.put("H", heads);
    sizes.put("L", layers);
    sizes.put("V", vocabulary);
    return sizes;
  }

  /** N = B T. */
  public int rows() {
    return batch * time;
  }

  /** The width of the MLP. */
  public int mlpWidth() {
    return 4 * width;
  }

  public AttentionShape attention() {
    int headSize = width / heads;
    return new AttentionShape(batch, time, heads, headSize, headSize / ROTARY_PART / 2 * 2);
  }

  /**
   * Weights of a GPT-NeoX model of this shape with an output matrix of its own: {@code 2 V C + L
   * (12 C² + 13 C) + 2 C}.
   */
  public long parameters() {
    long c = width;
    return 2L * vocabulary * c + layers * (12 * c * c + 13 * c) + 2 * c;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    sizes().forEach((key, size) -> text.append(' ').append(key).append('=').append(size));
    return text.toString();
  }
}
