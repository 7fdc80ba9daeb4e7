package palimpsest.lab;

import java.util.List;
import palimpsest.data.BatchSource;
import palimpsest.data.Question;
import palimpsest.data.Tokenizer;

/** Everything that one seed's model is taught and asked, in order. */
public interface TaskStream {
  /** The tokenizer of all its questions and batches. */
  Tokenizer tokenizer();

  /** Pretraining batches from the first on, without end; two sources give the same batches. */
  BatchSource pretraining();

  /** Tasks in the order they are learned; the first one's knowledge comes from pretraining. */
  List<Task> tasks();

  /**
   * What the weights know, asked without the format of questions: the start of a sentence seen in
   * pretraining and the value that has to follow, about the held-out people of the first task.
   */
  List<Question> recall();
}
