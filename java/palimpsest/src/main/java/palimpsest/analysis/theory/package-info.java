/**
 * What the paper's propositions assume and promise, measured: the theory speaks of residual layers
 * {@code X^ℓ = (I + W^ℓ) X^{ℓ−1}} with small {@code W^ℓ} and updates orthogonal to them.
 */
package palimpsest.analysis.theory;
