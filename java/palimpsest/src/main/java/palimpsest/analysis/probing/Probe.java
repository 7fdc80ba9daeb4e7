package palimpsest.analysis.probing;

/** A simple classifier on hidden states, prepared for given examples. */
public interface Probe {
  /** Learns the labels of the training examples; the share of test examples it then gets right. */
  double accuracy(Labelled labels);
}
