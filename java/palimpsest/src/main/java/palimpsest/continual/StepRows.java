package palimpsest.continual;

import java.util.List;
import palimpsest.data.Batch;
import palimpsest.data.Question;

/**
 * The batch of a step and what is in it.
 *
 * @param batch its rows: first the task's own questions, then what the method added
 * @param own questions of the task that is being learned
 * @param added by the method
 */
public record StepRows(Batch batch, List<Question> own, List<Row> added) {}
