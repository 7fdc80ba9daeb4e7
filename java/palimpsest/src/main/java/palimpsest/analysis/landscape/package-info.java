/** Losses on the plane through three sets of weights. */
package palimpsest.analysis.landscape;
