/**
 * The driver, cuBLAS, cublasLt and NVTX through Java's Foreign Function &amp; Memory API. What
 * {@code palimpsest.cuda.ffm.generated} holds is made by jextract ({@code tools/bindings}); the
 * classes here turn codes into exceptions and out-parameters into results.
 */
package palimpsest.cuda.ffm;
