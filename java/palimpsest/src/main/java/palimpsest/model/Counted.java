package palimpsest.model;

import palimpsest.ops.Tensor;

/**
 * The M positions of a pass at which a token is to be predicted. In question answering four of five
 * positions are prompt or padding; what follows the last attention is not computed for them.
 *
 * @param rows {@code [M]}: which of the N positions
 * @param targets {@code [M]}: what should follow them
 * @param in {@code [M, C]}: the last layer's input there; that of its MLP with a sequential
 *     residual
 * @param attended {@code [M, C]}
 * @param mean of {@code in} by row
 * @param out {@code [M, C]}: what the last layer leaves
 * @param dOut gradient of {@code out}; null without training, like the next
 */
record Counted(
    Tensor rows,
    Tensor targets,
    Tensor in,
    Tensor attended,
    Tensor mean,
    Tensor rstd,
    Tensor out,
    Tensor dOut,
    Tensor dBranch) {

  static Counted of(Pass.View view, ModelConfig config, int m) {
    int width = config.width();
    return new Counted(
        view.of("rows", m),
        view.of("targets", m),
        view.of("counted.in", m, width),
        view.of("counted.attended", m, width),
        view.of("counted.mean2", m),
        view.of("counted.rstd2", m),
        view.of("counted.out", m, width),
        view.of("d.counted", m, width),
        view.of("d.counted.branch", m, width));
  }

  /** M. */
  int size() {
    return out.rows();
  }
}
