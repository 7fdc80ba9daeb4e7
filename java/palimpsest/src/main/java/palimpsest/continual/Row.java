package palimpsest.continual;

import palimpsest.data.Question;

/**
 * One row of a batch and where it comes from.
 *
 * @param task the task whose question it is
 */
public record Row(Question question, int task) {}
