/** The weights of a model, cut into the matrices that analyses speak of. */
package palimpsest.analysis.weights;
