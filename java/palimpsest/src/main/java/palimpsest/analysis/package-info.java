/**
 * What was forgotten, and where: computations on weights, hidden states and answers, each with a
 * record of what it found. Nothing here knows run folders or configurations.
 */
package palimpsest.analysis;
