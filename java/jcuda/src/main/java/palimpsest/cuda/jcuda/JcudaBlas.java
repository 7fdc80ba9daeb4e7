package palimpsest.cuda.jcuda;

import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.runtime.cudaStream_t;
import palimpsest.cuda.CublasStatus;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasHandle;

/**
 * cuBLAS through JCublas2. Its {@code cublasGemmEx} is the one of before CUDA 11, which takes a
 * data type for a compute type and hands back a status that it did not understand; {@code …_new} is
 * what {@code cublas_v2.h} calls {@code cublasGemmEx}.
 */
final class JcudaBlas implements CudaBlas {
  @Override
  public CublasHandle cublasCreate() {
    cublasHandle handle = new cublasHandle();
    CublasStatus.check(JCublas2.cublasCreate(handle), "cublasCreate");
    return new CublasHandle(Pointers.address(handle));
  }

  @Override
  public void cublasDestroy(CublasHandle handle) {
    CublasStatus.check(JCublas2.cublasDestroy(handle(handle)), "cublasDestroy");
  }

  @Override
  public int cublasGetVersion(CublasHandle handle) {
    int[] version = new int[1];
    CublasStatus.check(JCublas2.cublasGetVersion(handle(handle), version), "cublasGetVersion");
    return version[0];
  }

  @Override
  public void cublasSetStream(CublasHandle handle, CUstream stream) {
    CublasStatus.check(
        JCublas2.cublasSetStream(handle(handle), Pointers.at(new cudaStream_t(), stream.address())),
        "cublasSetStream");
  }

  @Override
  public void cublasSetWorkspace(CublasHandle handle, long workspace, long bytes) {
    CublasStatus.check(
        JCublas2.cublasSetWorkspace(handle(handle), Pointers.device(workspace), bytes),
        "cublasSetWorkspace");
  }

  @Override
  public void cublasSetMathMode(CublasHandle handle, int mode) {
    CublasStatus.check(JCublas2.cublasSetMathMode(handle(handle), mode), "cublasSetMathMode");
  }

  @Override
  public void cublasGemmEx(
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
      int algo) {
    int status =
        JCublas2.cublasGemmEx_new(
            handle(handle),
            transa,
            transb,
            m,
            n,
            k,
            Pointer.to(new float[] {alpha}),
            Pointers.device(a),
            aType,
            lda,
            Pointers.device(b),
            bType,
            ldb,
            Pointer.to(new float[] {beta}),
            Pointers.device(c),
            cType,
            ldc,
            computeType,
            algo);
    if (status != 0) {
      CublasStatus.check(status, "cublasGemmEx, m = %d, n = %d, k = %d".formatted(m, n, k));
    }
  }

  @Override
  public void cublasGemmStridedBatchedEx(
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
      int algo) {
    int status =
        JCublas2.cublasGemmStridedBatchedEx_new(
            handle(handle),
            transa,
            transb,
            m,
            n,
            k,
            Pointer.to(new float[] {alpha}),
            Pointers.device(a),
            aType,
            lda,
            strideA,
            Pointers.device(b),
            bType,
            ldb,
            strideB,
            Pointer.to(new float[] {beta}),
            Pointers.device(c),
            cType,
            ldc,
            strideC,
            batchCount,
            computeType,
            algo);
    if (status != 0) {
      CublasStatus.check(
          status,
          "cublasGemmStridedBatchedEx, %d times m = %d, n = %d, k = %d"
              .formatted(batchCount, m, n, k));
    }
  }

  private static cublasHandle handle(CublasHandle handle) {
    return Pointers.at(new cublasHandle(), handle.address());
  }
}
