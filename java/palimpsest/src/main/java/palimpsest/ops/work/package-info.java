/**
 * What an operation has to do at least, as formulas over its shape: bytes between memory and
 * processor, floating-point operations, exponentials; and the least time that this takes on a
 * machine. The formulas are kept apart from every implementation, so that they judge all of them.
 *
 * <p>N = B T rows, M rows of logits, E bytes an element. Vectors of C or V elements (weights of a
 * norm, biases) are left out: they are a thousandth of the rest at the shapes that matter.
 */
package palimpsest.ops.work;
