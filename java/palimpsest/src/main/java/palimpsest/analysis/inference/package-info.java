/**
 * Dataset inference (Maini et al. 2024): whether a model was trained on somebody, told from many
 * weak signs of many people together.
 */
package palimpsest.analysis.inference;
