/**
 * What every operation should give, in plain double-precision loops that follow the formula and
 * know nothing of vectors, blocks or libraries, and how far from it an operation may be. Their
 * backwards are checked by central differences.
 */
package palimpsest.ops.reference;
