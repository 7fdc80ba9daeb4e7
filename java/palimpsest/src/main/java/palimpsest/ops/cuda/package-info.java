/**
 * {@link palimpsest.ops.Ops} on a GPU or its simulator: our kernels (cuda-kernels/), products by
 * cublasLt, one stream. A class here has the name of its kernels' family.
 */
package palimpsest.ops.cuda;
