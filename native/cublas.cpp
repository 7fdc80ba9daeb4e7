// The calls of cuBLAS that Palimpsest makes, in the order of the simulated streams.
#include "cublas_declarations.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "hooks.h"
#include "product.h"

struct cublasContext {
  cudaStream_t stream = nullptr;
  cublasMath_t math = CUBLAS_DEFAULT_MATH;
  cublasPointerMode_t pointers = CUBLAS_POINTER_MODE_HOST;
};

namespace {

using namespace simulator;

std::mutex handles_lock;
std::set<cublasHandle_t> handles;

bool is_handle(cublasHandle_t handle) {
  std::lock_guard lock(handles_lock);
  return handles.contains(handle);
}

bool fp32_arithmetic(cublasComputeType_t type) {
  return type == CUBLAS_COMPUTE_32F || type == CUBLAS_COMPUTE_32F_PEDANTIC ||
         type == CUBLAS_COMPUTE_32F_FAST_TF32 || type == CUBLAS_COMPUTE_32F_FAST_16BF ||
         type == CUBLAS_COMPUTE_32F_FAST_16F;
}

cublasStatus_t multiply(const char* call, cublasHandle_t handle, cublasOperation_t transa,
                        cublasOperation_t transb, int m, int n, int k, const void* alpha,
                        const void* A, cudaDataType Atype, int lda, long long strideA,
                        const void* B, cudaDataType Btype, int ldb, long long strideB,
                        const void* beta, void* C, cudaDataType Ctype, int ldc, long long strideC,
                        int batch, cublasComputeType_t type) {
  if (!is_handle(handle)) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (m < 0 || n < 0 || k < 0 || batch < 0 || alpha == nullptr || beta == nullptr)
    return CUBLAS_STATUS_INVALID_VALUE;
  if (lda < std::max(1, transa == CUBLAS_OP_N ? m : k) ||
      ldb < std::max(1, transb == CUBLAS_OP_N ? k : n) || ldc < std::max(1, m)) {
    palimpsest_simulator_report(
        "%s: a leading dimension is smaller than its matrix: m %d, n %d, k %d, lda %d, ldb %d, ldc "
        "%d",
        call, m, n, k, lda, ldb, ldc);
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  bool fp32 = Atype == CUDA_R_32F && Btype == CUDA_R_32F && Ctype == CUDA_R_32F;
  bool bf16 =
      Atype == CUDA_R_16BF && Btype == CUDA_R_16BF && (Ctype == CUDA_R_16BF || Ctype == CUDA_R_32F);
  if (!(fp32 || bf16) || !fp32_arithmetic(type)) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (m == 0 || n == 0 || batch == 0) return CUBLAS_STATUS_SUCCESS;

  Product product = {};
  product.call = call;
  product.gemm = {m,
                  n,
                  k,
                  batch,
                  0,
                  0,
                  {const_cast<void*>(A), bf16, transa != CUBLAS_OP_N, lda, strideA},
                  {const_cast<void*>(B), bf16, transb != CUBLAS_OP_N, ldb, strideB},
                  {C, Ctype == CUDA_R_16BF, false, ldc, strideC},
                  nullptr};
  if (handle->pointers == CUBLAS_POINTER_MODE_HOST) {
    product.gemm.alpha = *static_cast<const float*>(alpha);
    product.gemm.beta = *static_cast<const float*>(beta);
  } else {
    product.device_alpha = static_cast<const float*>(alpha);
    product.device_beta = static_cast<const float*>(beta);
  }
  return submit_product(handle->stream, product) == 0 ? CUBLAS_STATUS_SUCCESS
                                                      : CUBLAS_STATUS_EXECUTION_FAILED;
}

struct Status {
  cublasStatus_t status;
  const char* name;
  const char* text;
};

const Status STATUSES[] = {
    {CUBLAS_STATUS_SUCCESS, "CUBLAS_STATUS_SUCCESS", "success"},
    {CUBLAS_STATUS_NOT_INITIALIZED, "CUBLAS_STATUS_NOT_INITIALIZED",
     "the library was not initialized"},
    {CUBLAS_STATUS_ALLOC_FAILED, "CUBLAS_STATUS_ALLOC_FAILED", "the resource allocation failed"},
    {CUBLAS_STATUS_INVALID_VALUE, "CUBLAS_STATUS_INVALID_VALUE",
     "an unsupported value or parameter was passed to the function"},
    {CUBLAS_STATUS_ARCH_MISMATCH, "CUBLAS_STATUS_ARCH_MISMATCH",
     "a required feature is missing from the device architecture"},
    {CUBLAS_STATUS_MAPPING_ERROR, "CUBLAS_STATUS_MAPPING_ERROR",
     "an access to GPU memory space failed"},
    {CUBLAS_STATUS_EXECUTION_FAILED, "CUBLAS_STATUS_EXECUTION_FAILED",
     "the function failed to launch on the GPU"},
    {CUBLAS_STATUS_INTERNAL_ERROR, "CUBLAS_STATUS_INTERNAL_ERROR", "an internal operation failed"},
    {CUBLAS_STATUS_NOT_SUPPORTED, "CUBLAS_STATUS_NOT_SUPPORTED",
     "the functionality requested is not supported"},
    {CUBLAS_STATUS_LICENSE_ERROR, "CUBLAS_STATUS_LICENSE_ERROR", "a license error was detected"},
};

const char* look_up(cublasStatus_t status, const char* Status::* field) {
  for (const Status& known : STATUSES) {
    if (known.status == status) return known.*field;
  }
  return "an unknown status";
}

// Sets or gets one thing of a live handle.
template <typename F>
cublasStatus_t with(cublasHandle_t handle, F body) {
  if (!is_handle(handle)) return CUBLAS_STATUS_NOT_INITIALIZED;
  return body();
}

template <typename T>
cublasStatus_t give(cublasHandle_t handle, T* where, T cublasContext::* field) {
  return with(handle, [&] {
    if (where == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
    *where = handle->*field;
    return CUBLAS_STATUS_SUCCESS;
  });
}

template <typename T>
cublasStatus_t take(cublasHandle_t handle, T value, T cublasContext::* field) {
  return with(handle, [&] {
    handle->*field = value;
    return CUBLAS_STATUS_SUCCESS;
  });
}

}  // namespace

cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  if (handle == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
  std::lock_guard lock(handles_lock);
  *handle = new cublasContext;
  handles.insert(*handle);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t handle) {
  std::lock_guard lock(handles_lock);
  if (handles.erase(handle) == 0) return CUBLAS_STATUS_NOT_INITIALIZED;
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGetVersion_v2(cublasHandle_t, int* version) {
  if (version == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
  *version = SIMULATOR_CUBLAS_VERSION;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  return take(handle, stream, &cublasContext::stream);
}
cublasStatus_t cublasGetStream_v2(cublasHandle_t handle, cudaStream_t* stream) {
  return give(handle, stream, &cublasContext::stream);
}
cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  return take(handle, mode, &cublasContext::math);
}
cublasStatus_t cublasGetMathMode(cublasHandle_t handle, cublasMath_t* mode) {
  return give(handle, mode, &cublasContext::math);
}
cublasStatus_t cublasSetPointerMode_v2(cublasHandle_t handle, cublasPointerMode_t mode) {
  return take(handle, mode, &cublasContext::pointers);
}
cublasStatus_t cublasGetPointerMode_v2(cublasHandle_t handle, cublasPointerMode_t* mode) {
  return give(handle, mode, &cublasContext::pointers);
}

// The products need no workspace, but it has to be there.
cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t handle, void* workspace, size_t bytes) {
  return with(handle, [&] {
    bool there = palimpsest_simulator_is_device_memory(workspace, bytes, "cublasSetWorkspace",
                                                       "the workspace") != 0;
    return there ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
  });
}

const char* cublasGetStatusName(cublasStatus_t status) { return look_up(status, &Status::name); }

const char* cublasGetStatusString(cublasStatus_t status) { return look_up(status, &Status::text); }

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t transa,
                            cublasOperation_t transb, int m, int n, int k, const void* alpha,
                            const void* A, cudaDataType Atype, int lda, const void* B,
                            cudaDataType Btype, int ldb, const void* beta, void* C,
                            cudaDataType Ctype, int ldc, cublasComputeType_t type,
                            cublasGemmAlgo_t) {
  return multiply("cublasGemmEx", handle, transa, transb, m, n, k, alpha, A, Atype, lda, 0, B,
                  Btype, ldb, 0, beta, C, Ctype, ldc, 0, 1, type);
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t transa,
                                          cublasOperation_t transb, int m, int n, int k,
                                          const void* alpha, const void* A, cudaDataType Atype,
                                          int lda, long long int strideA, const void* B,
                                          cudaDataType Btype, int ldb, long long int strideB,
                                          const void* beta, void* C, cudaDataType Ctype, int ldc,
                                          long long int strideC, int batch,
                                          cublasComputeType_t type, cublasGemmAlgo_t) {
  return multiply("cublasGemmStridedBatchedEx", handle, transa, transb, m, n, k, alpha, A, Atype,
                  lda, strideA, B, Btype, ldb, strideB, beta, C, Ctype, ldc, strideC, batch, type);
}
