/**
 * The seam between the Transformer and a device: {@link palimpsest.ops.Ops} is what one lane of a
 * {@link palimpsest.ops.Device} can do. Shapes are said in one alphabet: B batch, T time, C
 * channels, H heads, D head size, L layers, V vocabulary; N = B T rows; M rows that count in a
 * loss.
 */
package palimpsest.ops;
