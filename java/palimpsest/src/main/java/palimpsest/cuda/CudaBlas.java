package palimpsest.cuda;

import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasHandle;

/**
 * The calls of cuBLAS that this project makes, each under its name in {@code cublas_v2.h} and with
 * its arguments in that order; what C returns through a pointer is the result here. A status other
 * than {@code CUBLAS_STATUS_SUCCESS} is a {@link CudaException}. Matrices are column-major, their
 * addresses are the device's; the scalars are the host's and fp32, as {@link #CUBLAS_COMPUTE_32F}
 * and its kin want them. One handle belongs to one stream and one thread at a time.
 */
public interface CudaBlas {
  int CUBLAS_OP_N = 0;
  int CUBLAS_OP_T = 1;

  int CUDA_R_32F = 0;
  int CUDA_R_16BF = 14;

  int CUBLAS_COMPUTE_32F = 68;
  int CUBLAS_COMPUTE_32F_PEDANTIC = 69;
  int CUBLAS_COMPUTE_32F_FAST_TF32 = 77;

  int CUBLAS_GEMM_DEFAULT = -1;

  int CUBLAS_DEFAULT_MATH = 0;
  int CUBLAS_PEDANTIC_MATH = 2;
  int CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION = 16;

  CublasHandle cublasCreate();

  void cublasDestroy(CublasHandle handle);

  /** Such as 130002 for 13.0.2. */
  int cublasGetVersion(CublasHandle handle);

  /** Gives the handle cuBLAS's own workspace back: {@link #cublasSetWorkspace} comes after this. */
  void cublasSetStream(CublasHandle handle, CUstream stream);

  /**
   * @param workspace device memory, 256-byte aligned, that outlives the handle's use of it
   */
  void cublasSetWorkspace(CublasHandle handle, long workspace, long bytes);

  /**
   * @param mode one of {@code CUBLAS_…_MATH}, or that with {@link
   *     #CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION}
   */
  void cublasSetMathMode(CublasHandle handle, int mode);

  /** C [m, n] = alpha · op(A) [m, k] · op(B) [k, n] + beta · C. */
  void cublasGemmEx(
      CublasHandle handle,
      int transa,
      int transb,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int aType,
      int lda,
      long b,
      int bType,
      int ldb,
      float beta,
      long c,
      int cType,
      int ldc,
      int computeType,
      int algo);

  /**
   * As many products as {@code batchCount}, each matrix a stride of elements behind the one before.
   */
  void cublasGemmStridedBatchedEx(
      CublasHandle handle,
      int transa,
      int transb,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int aType,
      int lda,
      long strideA,
      long b,
      int bType,
      int ldb,
      long strideB,
      float beta,
      long c,
      int cType,
      int ldc,
      long strideC,
      int batchCount,
      int computeType,
      int algo);
}
