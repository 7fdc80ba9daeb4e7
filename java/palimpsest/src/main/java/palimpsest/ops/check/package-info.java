/**
 * Numerical checks of a device's operations: each family forward and backward, at shapes that do
 * not fit any tile, against the double-precision reference of {@link palimpsest.ops.reference} and
 * within its tolerances. A new operation is one more method in its family's class.
 */
package palimpsest.ops.check;
