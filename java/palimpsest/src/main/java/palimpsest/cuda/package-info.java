/**
 * The border to the CUDA driver: {@link palimpsest.cuda.CudaDriver}, {@link
 * palimpsest.cuda.CudaBlas} and {@link palimpsest.cuda.CudaBlasLt} say what is called, a {@link
 * palimpsest.cuda.CudaDriverProvider} how. Nothing here knows what a kernel computes.
 */
package palimpsest.cuda;
