/**
 * The driver and cuBLAS through JCuda 12.6: a second way, to compare the first with, and one that
 * knows CUDA 12's cuBLAS.
 */
package palimpsest.cuda.jcuda;
