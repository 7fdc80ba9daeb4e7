package palimpsest.analysis.landscape;

import java.util.List;

/** The losses of both tasks as a function of the weights. */
public interface Losses {
  /** How many weights are best asked about at once. */
  int atOnce();

  /**
   * One pair for each of the weights.
   *
   * @param weights {@link #atOnce} of them at most; not kept
   */
  List<TaskLosses> at(List<float[]> weights);
}
