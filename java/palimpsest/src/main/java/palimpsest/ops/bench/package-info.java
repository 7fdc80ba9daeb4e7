/**
 * The kernel workbench: every operation at the shapes of a model, timed on one lane of a device
 * with caches cold and warm, beside what the device copies and multiplies at most; the static facts
 * of the kernels; and the comparison of two recordings. A new operation is one more line in {@link
 * palimpsest.ops.bench.Cases}.
 */
package palimpsest.ops.bench;
