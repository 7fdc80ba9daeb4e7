/**
 * What every operation should give, in plain double-precision loops that follow the formula and
 * know nothing of vectors, blocks or libraries. Their backwards are checked by central differences.
 */
package palimpsest.ops.reference;
