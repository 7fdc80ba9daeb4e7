package palimpsest.continual;

import java.util.List;
import java.util.function.Supplier;
import palimpsest.base.CountedRandom;
import palimpsest.base.RandomStream;
import palimpsest.data.AnswerKey;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.train.Pupil;

/**
 * What a strategy may know about the task that begins, is being learned, or has ended.
 *
 * @param seed of the replicate
 * @param repeat which repetition of the fine-tuning, 0 for the first
 * @param task its number, 0 for the first
 * @param training the questions it is learned from
 * @param pupil the model as it is at the moment
 * @param texts batches of what the model was pretrained on, from the first at every call
 * @param key right answers to all questions of the tasks before, for the record alone
 */
public record TaskContext(
    long seed,
    int repeat,
    int task,
    List<Question> training,
    Pupil pupil,
    Supplier<Supplier<Batch>> texts,
    Supplier<AnswerKey> key) {
  public TaskContext {
    training = List.copyOf(training);
  }

  /** Of a model whose pretraining nobody asks for. */
  public TaskContext(long seed, int repeat, int task, List<Question> training, Pupil pupil) {
    this(
        seed,
        repeat,
        task,
        training,
        pupil,
        () -> {
          throw new IllegalStateException("there are no texts");
        },
        () -> new AnswerKey(List.of()));
  }

  /** A new generator for one purpose of one strategy on this task; the same one at every call. */
  public CountedRandom random(String strategy, String purpose) {
    return RandomStream.of(seed, "strategy", strategy, purpose, "task" + task, "repeat" + repeat);
  }
}
