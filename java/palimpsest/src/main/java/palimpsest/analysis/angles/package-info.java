/** Angles between the updates of weight matrices, beside their ranks and the Fisher information. */
package palimpsest.analysis.angles;
