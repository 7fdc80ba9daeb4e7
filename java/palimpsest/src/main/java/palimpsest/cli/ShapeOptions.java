package palimpsest.cli;

import palimpsest.ops.work.ModelShape;
import picocli.CommandLine.Option;

/** The options that say at which shapes a model would call its operations. */
final class ShapeOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "The shape of pythia-70m, pythia-160m, pythia-410m, small, tiny or micro (default:"
              + " pythia-160m on a GPU, tiny on the CPU, micro on the simulator).")
  private String model;

  @Option(
      names = "--shape",
      paramLabel = "B=..,T=..",
      description =
          "Change some of its sizes: B batch, T time, C channels, H heads, L layers, V vocabulary.")
  private String sizes;

  /**
   * @param kind of device that the default is for
   */
  ModelShape shape(String kind) {
    ModelShape named = ModelShape.named(model == null ? usual(kind) : model);
    return sizes == null ? named : named.with(sizes);
  }

  /** Whether any of the options was given. */
  boolean given() {
    return model != null || sizes != null;
  }

  private static String usual(String kind) {
    return switch (kind) {
      case "cuda" -> "pythia-160m";
      case "sim" -> "micro";
      default -> "tiny";
    };
  }
}
