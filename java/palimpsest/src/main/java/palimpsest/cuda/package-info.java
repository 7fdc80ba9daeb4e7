/**
 * The border to the CUDA driver: {@link palimpsest.cuda.CudaDriver} and {@link
 * palimpsest.cuda.CudaBlas} say what is called, a {@link palimpsest.cuda.CudaDriverProvider} how.
 * Nothing here knows what a kernel computes.
 */
package palimpsest.cuda;
