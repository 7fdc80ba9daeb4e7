package palimpsest.ops.bench.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import palimpsest.base.UserException;
import palimpsest.io.InputFile;
import palimpsest.io.OneLine;
import palimpsest.io.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A recording: what {@code kernels bench} or {@code profile} wrote, or JMH with {@code -rf json}.
 *
 * @param setting what has to be alike in two recordings, by name
 */
record BenchFile(Path file, Map<String, String> setting, Map<String, Measure> measures) {
  private static final JsonMapper JSON = JsonMapper.builder(StrictJson.factory()).build();

  /** JMH writes every round of every fork. */
  private static final int LARGEST_BYTES = 64 << 20;

  /** Half the width of the normal distribution's 95 % interval, over two. */
  private static final double RANKS = 0.98;

  private static final String[] KINDS = {"palimpsest-kernels-bench/", "palimpsest-profile/"};

  /**
   * @throws UserException if it cannot be read, or is no recording
   */
  static BenchFile read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(InputFile.bytes(file, LARGEST_BYTES, "recording"));
    } catch (JacksonException e) {
      throw new UserException("%s is not JSON: %s".formatted(file, StrictJson.reason(e)), e);
    }
    try {
      return of(file, root);
    } catch (RuntimeException e) {
      throw e instanceof UserException
          ? e
          : new UserException(OneLine.of("%s is damaged: %s".formatted(file, e.getMessage())), e);
    }
  }

  private static BenchFile of(Path file, JsonNode root) {
    if (root.isArray() && root.size() > 0 && root.get(0).has("primaryMetric")) {
      return jmh(file, root);
    }
    String schema = root.path("schema").asString("");
    if (schema.startsWith(KINDS[0])) {
      return kernels(file, root);
    }
    if (schema.startsWith(KINDS[1])) {
      return profile(file, root);
    }
    throw new UserException(
        "%s is no recording of 'kernels bench', 'profile' or JMH (-rf json)".formatted(file));
  }

  private static BenchFile kernels(Path file, JsonNode root) {
    Map<String, Measure> measures = new LinkedHashMap<>();
    for (JsonNode row : root.required("figures")) {
      JsonNode time = row.required("time");
      put(
          measures,
          row.required("name").asString() + " " + row.required("cache").asString(),
          time.required("median").asDouble(),
          time.required("low").asDouble(),
          time.required("high").asDouble());
    }
    return new BenchFile(file, setting(root, root.required("shape")), measures);
  }

  /** The step as a whole; between its 5th and 95th percentile. */
  private static BenchFile profile(Path file, JsonNode root) {
    Map<String, Measure> measures = new LinkedHashMap<>();
    JsonNode step = root.required("step");
    put(
        measures,
        "step",
        step.required("median").asDouble(),
        step.required("p5").asDouble(),
        step.required("p95").asDouble());
    return new BenchFile(file, setting(root, root.required("subject").required("shape")), measures);
  }

  private static Map<String, String> setting(JsonNode root, JsonNode shape) {
    Map<String, String> setting = new TreeMap<>();
    JsonNode machine = root.required("machine");
    JsonNode device = machine.required("device");
    setting.put(
        "device", device.required("kind").asString() + " " + device.required("name").asString());
    setting.put("lanes", device.required("lanes").asString());
    setting.put("dtype", machine.required("dtype").asString());
    setting.put("shape", shape.toString());
    return setting;
  }

  /** Each iteration is a round; of throughputs the times between two operations are taken. */
  private static BenchFile jmh(Path file, JsonNode root) {
    Map<String, Measure> measures = new LinkedHashMap<>();
    for (JsonNode benchmark : root) {
      boolean rate = benchmark.required("mode").asString().equals("thrpt");
      double[] rounds =
          StreamSupport.stream(
                  benchmark.required("primaryMetric").required("rawData").spliterator(), false)
              .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
              .mapToDouble(score -> rate ? 1 / score.asDouble() : score.asDouble())
              .sorted()
              .toArray();
      String name = benchmark.required("benchmark").asString();
      JsonNode parameters = benchmark.path("params");
      String full = parameters.isMissingNode() ? name : name + " " + parameters;
      int[] ranks = ranks(rounds.length);
      put(measures, full, median(rounds), rounds[ranks[0]], rounds[ranks[1]]);
    }
    return new BenchFile(file, Map.of(), measures);
  }

  /**
   * Of the ends of the median's 95 % interval, {@code n/2 ± 0.98 √n}; the range of a few values.
   */
  private static int[] ranks(int n) {
    double half = RANKS * Math.sqrt(n);
    int low = Math.max(0, (int) Math.floor(n / 2.0 - half));
    int high = Math.min(n - 1, (int) Math.ceil(n / 2.0 + half) - 1);
    return new int[] {low, Math.max(low, high)};
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[half]
        : Arrays.stream(sorted, half - 1, half + 1).average().orElseThrow();
  }

  private static void put(
      Map<String, Measure> measures, String name, double median, double low, double high) {
    measures.put(name, new Measure(name, median, low, high));
  }
}
