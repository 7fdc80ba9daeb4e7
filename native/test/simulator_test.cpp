// Runs one case against the simulated driver: `simulator_test CASE`. What a case can see itself it
// checks itself; what the simulator says on standard error, native/check compares with what it has
// to say.
#include <cuda.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cublaslt_declarations.h"
#include "hooks.h"

namespace {

#define EXPECT(condition)                                                     \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                \
    }                                                                         \
  } while (0)

void expect_code(CUresult wanted, CUresult got, const char* what, int line) {
  if (got == wanted) return;
  const char* name = "?";
  cuGetErrorName(got, &name);
  fprintf(stderr, "line %d: %s gave %s, not %d\n", line, what, name, wanted);
  exit(1);
}
#define GIVES(code, call) expect_code(code, call, #call, __LINE__)
#define OK(call) GIVES(CUDA_SUCCESS, call)

CUmodule module_handle;

void begin() {
  CUdevice device;
  CUcontext context;
  OK(cuInit(0));
  OK(cuDeviceGet(&device, 0));
  OK(cuDevicePrimaryCtxRetain(&context, device));
  OK(cuCtxSetCurrent(context));
  OK(cuModuleLoadData(&module_handle, "any image"));
}

CUfunction function(const char* name) {
  CUfunction found;
  OK(cuModuleGetFunction(&found, module_handle, name));
  return found;
}

// Device memory of floats that is freed at the end of its scope.
struct Floats {
  CUdeviceptr address;
  size_t count;
  explicit Floats(size_t count) : count(count) { OK(cuMemAlloc(&address, count * 4)); }
  explicit Floats(const std::vector<float>& values) : Floats(values.size()) { set(values); }
  Floats(const Floats&) = delete;
  ~Floats() { cuMemFree(address); }
  void set(const std::vector<float>& values) {
    OK(cuMemcpyHtoD(address, values.data(), values.size() * 4));
  }
  std::vector<float> get() const {
    std::vector<float> values(count);
    OK(cuMemcpyDtoH(values.data(), address, count * 4));
    return values;
  }
};

std::vector<float> ascending(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; i++) values[i] = float(i);
  return values;
}

// In [-1, 1], on a grid that bf16 holds.
std::vector<float> random_values(size_t count, unsigned seed) {
  std::vector<float> values(count);
  for (float& value : values) {
    seed = seed * 1664525 + 1013904223;
    value = float(int(seed >> 24) - 128) / 128;
  }
  return values;
}

std::vector<uint16_t> to_bf16(const std::vector<float>& values) {
  std::vector<uint16_t> bits(values.size());
  for (size_t i = 0; i < bits.size(); i++) {
    uint32_t word;
    memcpy(&word, &values[i], 4);
    bits[i] = uint16_t(word >> 16);
  }
  return bits;
}

template <typename... A>
CUresult launch(const char* name, unsigned grid, unsigned block, unsigned shared, A... arguments) {
  void* pointers[] = {&arguments..., nullptr};
  return cuLaunchKernel(function(name), grid, 1, 1, block, 1, 1, shared, nullptr, pointers,
                        nullptr);
}

int nans(const std::vector<float>& values) {
  int count = 0;
  for (float value : values) count += std::isnan(value);
  return count;
}

void correct_kernels() {
  const int n = 1000;
  Floats in(ascending(n)), out(8);
  OK(launch("planted_nothing", 8, 128, 128 * 4 + 16, out.address, in.address, n));
  std::vector<float> sums = out.get();
  for (int b = 0; b < 8; b++) {
    float wanted = 0;
    for (int i = b * 128; i < std::min(n, (b + 1) * 128); i++) wanted += float(i);
    EXPECT(sums[b] == wanted);
  }
  Floats copied(64), source(ascending(256));
  OK(launch("planted_copied", 1, 64, 1024, copied.address, source.address));
  for (int i = 0; i < 64; i++) EXPECT(copied.get()[i] == 4 * (63 - i));
  OK(launch("planted_warp_barrier", 1, 64, 256, copied.address, source.address));
  for (int i = 0; i < 64; i++) EXPECT(copied.get()[i] == (i ^ 1));
  OK(launch("planted_half_warp", 1, 32, 0, copied.address));
  for (int i = 0; i < 16; i++) EXPECT(copied.get()[i] == 120 && std::isnan(copied.get()[16 + i]));

  const std::vector<float> zero(1);
  Floats sum(zero), most(zero), count(zero);
  OK(launch("planted_atomics", 100, 96, 0, sum.address, most.address, count.address));
  float most_value = most.get()[0], count_value = count.get()[0];
  int bits;
  memcpy(&bits, &most_value, 4);
  EXPECT(sum.get()[0] == 4800 && bits == 95);
  memcpy(&bits, &count_value, 4);
  EXPECT(bits == 9600);
  EXPECT(palimpsest_simulator_reports() == 0);
}

void primitives() {
  std::vector<float> values = random_values(1024, 7);
  std::vector<uint16_t> bits = to_bf16(values);
  CUdeviceptr in;
  OK(cuMemAlloc(&in, 2048));
  OK(cuMemcpyHtoD(in, bits.data(), 2048));
  for (const char* name : {"mma", "ldmatrix_x1", "ldmatrix_x2", "ldmatrix_x4", "ldmatrix_x1_trans",
                           "ldmatrix_x2_trans", "ldmatrix_x4_trans", "copy_async_4", "copy_async_8",
                           "copy_async_16", "shuffle"}) {
    Floats out(256), expected(256);
    std::string kernel = std::string("primitives_") + name + "_bf16";
    OK(launch(kernel.c_str(), 1, 32, 2048, out.address, expected.address, in));
    std::vector<float> got = out.get(), wanted = expected.get();
    for (int i = 0; i < 256; i++) {
      if (!(std::fabs(got[i] - wanted[i]) <= 1e-5f)) {
        fprintf(stderr, "%s: element %d is %g, not %g\n", kernel.c_str(), i, got[i], wanted[i]);
        exit(1);
      }
    }
  }
  OK(cuMemFree(in));
  EXPECT(palimpsest_simulator_reports() == 0);
}

void driver() {
  int value;
  char name[64];
  size_t bytes, offset;
  OK(cuDriverGetVersion(&value));
  EXPECT(value == 13000);
  OK(cuDeviceGetName(name, sizeof name, 0));
  EXPECT(strcmp(name, "CUDA simulator") == 0);
  OK(cuDeviceGetAttribute(&value, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 0));
  EXPECT(value == 9);
  GIVES(CUDA_ERROR_INVALID_DEVICE, cuDeviceGet(&value, 1));
  GIVES(CUDA_ERROR_INVALID_DEVICE, cuDeviceTotalMem(&bytes, 7));

  CUfunction scale = function("planted_scale");
  CUfunction unknown;
  GIVES(CUDA_ERROR_NOT_FOUND, cuModuleGetFunction(&unknown, module_handle, "no_such_kernel"));
  const size_t offsets[] = {0, 8, 16, 32}, sizes[] = {8, 1, 16, 8};
  for (int i = 0; i < 4; i++) {
    OK(cuFuncGetParamInfo(scale, i, &offset, &bytes));
    EXPECT(offset == offsets[i] && bytes == sizes[i]);
  }
  GIVES(CUDA_ERROR_INVALID_VALUE, cuFuncGetParamInfo(scale, 4, &offset, &bytes));
  OK(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK,
                        function("planted_bounds")));
  EXPECT(value == 64);

  // Parameters one by one, and packed.
  Floats in(ascending(10)), out(10);
  struct {
    CUdeviceptr out;
    char unused;
    alignas(8) double factor;
    int64_t n;
    CUdeviceptr in;
  } packed = {out.address, 1, 0.5, 10, in.address};
  size_t size = sizeof packed;
  void* extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, &packed, CU_LAUNCH_PARAM_BUFFER_SIZE, &size,
                   CU_LAUNCH_PARAM_END};
  OK(cuLaunchKernel(scale, 1, 1, 1, 32, 1, 1, 0, nullptr, nullptr, extra));
  EXPECT(out.get()[9] == 5.5f);
  void* pointers[] = {&packed.out, &packed.unused, &packed.factor, &packed.in};
  packed.factor = 2;
  OK(cuLaunchKernel(scale, 1, 1, 1, 32, 1, 1, 0, nullptr, pointers, nullptr));
  EXPECT(out.get()[9] == 19);

  OK(cuMemsetD32(out.address, 0x40400000, 10));
  EXPECT(out.get()[9] == 3);
  OK(cuMemcpyDtoD(out.address + 4, in.address, 8));
  EXPECT(out.get()[1] == 0 && out.get()[2] == 1 && out.get()[3] == 3);

  size_t free_before, free_after, total;
  OK(cuMemGetInfo(&free_before, &total));
  CUdeviceptr large;
  OK(cuMemAlloc(&large, 1 << 20));
  OK(cuMemGetInfo(&free_after, &total));
  EXPECT(free_before - free_after == 1 << 20);
  GIVES(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc(&large, free_after + 1));
  OK(cuMemFree(large));
  void* pinned;
  OK(cuMemHostAlloc(&pinned, 100, 0));
  OK(cuMemFreeHost(pinned));

  CUdriverProcAddressQueryResult status;
  void *old_form, *new_form;
  OK(cuGetProcAddress("cuEventElapsedTime", &old_form, 12000, 0, &status));
  OK(cuGetProcAddress("cuEventElapsedTime", &new_form, 13000, 0, &status));
  EXPECT(old_form != new_form && new_form == reinterpret_cast<void*>(cuEventElapsedTime));
  OK(cuGetProcAddress("cuNothing", &old_form, 13000, 0, &status));
  EXPECT(old_form == nullptr && status == CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND);
  const char* text;
  OK(cuGetErrorName(CUDA_ERROR_ILLEGAL_ADDRESS, &text));
  EXPECT(strcmp(text, "CUDA_ERROR_ILLEGAL_ADDRESS") == 0);
  EXPECT(palimpsest_simulator_reports() == 0);
}

void streams_and_graphs() {
  CUstream stream, second;
  CUevent start, end, fork, join;
  OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
  OK(cuStreamCreate(&second, CU_STREAM_NON_BLOCKING));
  for (CUevent* event : {&start, &end}) OK(cuEventCreate(event, CU_EVENT_DEFAULT));
  for (CUevent* event : {&fork, &join}) OK(cuEventCreate(event, CU_EVENT_DISABLE_TIMING));
  Floats a(ascending(4)), b(4);
  struct Scale {
    double factor;
    int64_t n;
  } scale = {2, 4};
  char unused = 0;
  OK(cuEventRecord(start, stream));
  OK(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
  // b = 2a, then on another stream a = b, so that every replay doubles.
  void* pointers[] = {&b.address, &unused, &scale, &a.address};
  OK(cuLaunchKernel(function("planted_scale"), 1, 1, 1, 32, 1, 1, 0, stream, pointers, nullptr));
  scale = {100, 0};
  OK(cuEventRecord(fork, stream));
  OK(cuStreamWaitEvent(second, fork, 0));
  OK(cuMemcpyDtoDAsync(a.address, b.address, 16, second));
  OK(cuEventRecord(join, second));
  OK(cuStreamWaitEvent(stream, join, 0));
  CUgraph graph;
  CUgraphExec executable;
  OK(cuStreamEndCapture(stream, &graph));
  EXPECT(a.get()[3] == 3);
  OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
  OK(cuGraphDestroy(graph));
  OK(cuGraphLaunch(executable, stream));
  OK(cuGraphLaunch(executable, stream));
  OK(cuEventRecord(end, stream));
  OK(cuStreamSynchronize(stream));
  OK(cuEventSynchronize(end));
  EXPECT(a.get()[3] == 12);
  float milliseconds = -1;
  OK(cuEventElapsedTime(&milliseconds, start, end));
  EXPECT(milliseconds >= 0);
  OK(cuGraphExecDestroy(executable));
  for (CUevent event : {start, end, fork, join}) OK(cuEventDestroy(event));
  for (CUstream one : {stream, second}) OK(cuStreamDestroy(one));
  EXPECT(palimpsest_simulator_reports() == 0);
}

void capture_misuse() {
  CUstream stream;
  CUgraph graph;
  CUdeviceptr address;
  OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
  OK(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
  GIVES(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemAlloc(&address, 4));
  GIVES(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(stream, &graph));
  OK(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
  GIVES(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamSynchronize(stream));
  GIVES(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(stream, &graph));

  CUstream second;
  CUevent fork;
  Floats values(4);
  OK(cuStreamCreate(&second, CU_STREAM_NON_BLOCKING));
  OK(cuEventCreate(&fork, CU_EVENT_DISABLE_TIMING));
  OK(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
  OK(cuEventRecord(fork, stream));
  OK(cuStreamWaitEvent(second, fork, 0));
  OK(cuMemsetD32Async(values.address, 0, 4, second));
  GIVES(CUDA_ERROR_STREAM_CAPTURE_UNJOINED, cuStreamEndCapture(stream, &graph));
  OK(cuEventDestroy(fork));
  for (CUstream one : {stream, second}) OK(cuStreamDestroy(one));
}

void check_product(bool bf16, bool bf16_out, bool transpose_a, bool transpose_b, int m, int n,
                   int k, int batch, CUstream stream) {
  cublasHandle_t handle;
  EXPECT(cublasCreate_v2(&handle) == CUBLAS_STATUS_SUCCESS);
  EXPECT(cublasSetStream_v2(handle, stream) == CUBLAS_STATUS_SUCCESS);
  int lda = (transpose_a ? k : m) + 3, ldb = (transpose_b ? n : k) + 1, ldc = m + 2;
  size_t stride_a = size_t(lda) * (transpose_a ? m : k),
         stride_b = size_t(ldb) * (transpose_b ? k : n), stride_c = size_t(ldc) * n;
  std::vector<float> a = random_values(stride_a * batch, 1), b = random_values(stride_b * batch, 2),
                     c = random_values(stride_c * batch, 3);
  CUdeviceptr A, B, C;
  auto upload = [](CUdeviceptr& address, const std::vector<float>& values, bool narrow) {
    OK(cuMemAlloc(&address, values.size() * (narrow ? 2 : 4)));
    if (narrow) {
      OK(cuMemcpyHtoD(address, to_bf16(values).data(), values.size() * 2));
    } else {
      OK(cuMemcpyHtoD(address, values.data(), values.size() * 4));
    }
  };
  upload(A, a, bf16);
  upload(B, b, bf16);
  upload(C, c, bf16_out);
  float alpha = 0.5f, beta = 2;
  cudaDataType in_type = bf16 ? CUDA_R_16BF : CUDA_R_32F,
               out_type = bf16_out ? CUDA_R_16BF : CUDA_R_32F;
  CUgraph graph;
  CUgraphExec executable;
  if (stream != nullptr) OK(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
  cublasStatus_t status =
      batch == 1
          ? cublasGemmEx(handle, transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N,
                         transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N, m, n, k, &alpha,
                         reinterpret_cast<void*>(A), in_type, lda, reinterpret_cast<void*>(B),
                         in_type, ldb, &beta, reinterpret_cast<void*>(C), out_type, ldc,
                         CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT)
          : cublasGemmStridedBatchedEx(handle, transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N,
                                       transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N, m, n, k, &alpha,
                                       reinterpret_cast<void*>(A), in_type, lda, stride_a,
                                       reinterpret_cast<void*>(B), in_type, ldb, stride_b, &beta,
                                       reinterpret_cast<void*>(C), out_type, ldc, stride_c, batch,
                                       CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
  EXPECT(status == CUBLAS_STATUS_SUCCESS);
  alpha = 99;
  if (stream != nullptr) {
    OK(cuStreamEndCapture(stream, &graph));
    OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
    OK(cuGraphLaunch(executable, stream));
    OK(cuGraphExecDestroy(executable));
    OK(cuGraphDestroy(graph));
  }
  std::vector<float> got(c.size());
  if (bf16_out) {
    std::vector<uint16_t> bits(c.size());
    OK(cuMemcpyDtoH(bits.data(), C, bits.size() * 2));
    for (size_t i = 0; i < got.size(); i++) {
      uint32_t word = uint32_t(bits[i]) << 16;
      memcpy(&got[i], &word, 4);
    }
  } else {
    OK(cuMemcpyDtoH(got.data(), C, got.size() * 4));
  }
  for (int s = 0; s < batch; s++) {
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < ldc; i++) {
        size_t at = s * stride_c + size_t(j) * ldc + i;
        double wanted = c[at];
        if (i < m) {
          double sum = 0;
          for (int p = 0; p < k; p++) {
            sum +=
                double(
                    a[s * stride_a + (transpose_a ? size_t(i) * lda + p : size_t(p) * lda + i)]) *
                b[s * stride_b + (transpose_b ? size_t(p) * ldb + j : size_t(j) * ldb + p)];
          }
          wanted = 0.5 * sum + 2 * wanted;
        }
        double allowed = bf16_out ? std::fabs(wanted) / 256 + 1e-5 : 1e-5 * (1 + k);
        if (!(std::fabs(got[at] - wanted) <= allowed)) {
          fprintf(stderr, "product %d %d %d, element (%d,%d): %g, not %g\n", m, n, k, i, j, got[at],
                  wanted);
          exit(1);
        }
      }
    }
  }
  for (CUdeviceptr address : {A, B, C}) OK(cuMemFree(address));
  EXPECT(cublasDestroy_v2(handle) == CUBLAS_STATUS_SUCCESS);
  EXPECT(cublasSetStream_v2(handle, nullptr) == CUBLAS_STATUS_NOT_INITIALIZED);
}

void products() {
  for (int form = 0; form < 4; form++) {
    for (int types = 0; types < 3; types++) {
      check_product(types > 0, types > 1, form & 1, form & 2, 37, 23, 300, 1, nullptr);
      check_product(types > 0, types > 1, form & 1, form & 2, 1, 13, 5, 3, nullptr);
    }
  }
  check_product(false, false, false, true, 210, 200, 70, 2, nullptr);
  CUstream stream;
  OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
  check_product(true, false, false, true, 20, 30, 40, 2, stream);
  OK(cuStreamDestroy(stream));
  EXPECT(palimpsest_simulator_reports() == 0);
}

// A plan of cublasLt for D [m, n] = Aᵀ [m, k] · B [k, n] + β D + bias in bf16, with its operands,
// all of which a case may spoil before it runs.
struct Plan {
  uint64_t m = 24, n = 10, k = 40;
  cublasLtHandle_t handle;
  cublasLtMatmulDesc_t operation;
  cublasLtMatrixLayout_t a_layout, b_layout, d_layout;
  cublasLtMatmulPreference_t preference;
  cublasLtMatmulHeuristicResult_t found = {};
  std::vector<float> a = random_values(m * k, 1), b = random_values(k * n, 2),
                     d = random_values(m * n, 3), bias = random_values(m, 4);
  CUdeviceptr A = upload(a), B = upload(b), D = upload(d), Bias = upload(bias), workspace;
  size_t workspace_bytes = 1 << 16;

  explicit Plan(cublasComputeType_t compute = CUBLAS_COMPUTE_32F, uint64_t rows_of_b = 40) {
    OK(cuMemAlloc(&workspace, workspace_bytes));
    EXPECT(cublasLtCreate(&handle) == CUBLAS_STATUS_SUCCESS);
    EXPECT(cublasLtGetVersion() > 100000);
    EXPECT(cublasLtMatmulDescCreate(&operation, compute, CUDA_R_32F) == CUBLAS_STATUS_SUCCESS);
    set(CUBLASLT_MATMUL_DESC_TRANSA, int32_t(CUBLAS_OP_T));
    set(CUBLASLT_MATMUL_DESC_TRANSB, int32_t(CUBLAS_OP_N));
    set(CUBLASLT_MATMUL_DESC_EPILOGUE, uint32_t(CUBLASLT_EPILOGUE_BIAS));
    set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, Bias);
    EXPECT(cublasLtMatrixLayoutCreate(&a_layout, CUDA_R_16BF, k, m, k) == CUBLAS_STATUS_SUCCESS);
    EXPECT(cublasLtMatrixLayoutCreate(&b_layout, CUDA_R_16BF, rows_of_b, n, k) ==
           CUBLAS_STATUS_SUCCESS);
    EXPECT(cublasLtMatrixLayoutCreate(&d_layout, CUDA_R_16BF, m, n, m) == CUBLAS_STATUS_SUCCESS);
    EXPECT(cublasLtMatmulPreferenceCreate(&preference) == CUBLAS_STATUS_SUCCESS);
    uint64_t most = workspace_bytes;
    EXPECT(cublasLtMatmulPreferenceSetAttribute(preference,
                                                CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &most,
                                                sizeof most) == CUBLAS_STATUS_SUCCESS);
  }
  ~Plan() {
    for (CUdeviceptr address : {A, B, D, Bias, workspace}) OK(cuMemFree(address));
    EXPECT(cublasLtMatmulPreferenceDestroy(preference) == CUBLAS_STATUS_SUCCESS);
    for (cublasLtMatrixLayout_t layout : {a_layout, b_layout, d_layout}) {
      EXPECT(cublasLtMatrixLayoutDestroy(layout) == CUBLAS_STATUS_SUCCESS);
    }
    EXPECT(cublasLtMatmulDescDestroy(operation) == CUBLAS_STATUS_SUCCESS);
    EXPECT(cublasLtDestroy(handle) == CUBLAS_STATUS_SUCCESS);
  }
  static CUdeviceptr upload(const std::vector<float>& values) {
    CUdeviceptr address;
    OK(cuMemAlloc(&address, values.size() * 2));
    OK(cuMemcpyHtoD(address, to_bf16(values).data(), values.size() * 2));
    return address;
  }
  template <typename T>
  void set(cublasLtMatmulDescAttributes_t attribute, T value) {
    EXPECT(cublasLtMatmulDescSetAttribute(operation, attribute, &value, sizeof value) ==
           CUBLAS_STATUS_SUCCESS);
  }
  cublasStatus_t choose() {
    int count = 0;
    cublasStatus_t status =
        cublasLtMatmulAlgoGetHeuristic(handle, operation, a_layout, b_layout, d_layout, d_layout,
                                       preference, 1, &found, &count);
    EXPECT((status == CUBLAS_STATUS_SUCCESS) == (count == 1));
    return status;
  }
  cublasStatus_t run(CUstream stream = nullptr) {
    float alpha = 1, beta = 1;
    return cublasLtMatmul(handle, operation, &alpha, reinterpret_cast<void*>(A), a_layout,
                          reinterpret_cast<void*>(B), b_layout, &beta, reinterpret_cast<void*>(D),
                          d_layout, reinterpret_cast<void*>(D), d_layout, &found.algo,
                          reinterpret_cast<void*>(workspace), workspace_bytes, stream);
  }
  // Rounded once: half a unit of the last of bf16's 8 places at most.
  void expect_sums() {
    std::vector<uint16_t> bits(m * n);
    OK(cuMemcpyDtoH(bits.data(), D, bits.size() * 2));
    for (uint64_t j = 0; j < n; j++) {
      for (uint64_t i = 0; i < m; i++) {
        double wanted = double(d[j * m + i]) + bias[i];
        for (uint64_t p = 0; p < k; p++) wanted += double(a[i * k + p]) * b[j * k + p];
        float got;
        uint32_t word = uint32_t(bits[j * m + i]) << 16;
        memcpy(&got, &word, 4);
        EXPECT(std::fabs(got - wanted) <= std::fabs(wanted) / 256 + 1e-5);
      }
    }
  }
};

void planned_products() {
  CUstream stream;
  CUgraph graph;
  CUgraphExec executable;
  OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
  for (bool captured : {false, true}) {
    Plan plan;
    EXPECT(plan.choose() == CUBLAS_STATUS_SUCCESS);
    EXPECT(plan.found.workspaceSize > 0);
    OK(cuMemsetD32(plan.workspace, 0, 1));
    if (captured) OK(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    EXPECT(plan.run(stream) == CUBLAS_STATUS_SUCCESS);
    if (captured) {
      // What a graph holds does not change with the plan behind it.
      CUdeviceptr bias = plan.Bias;
      plan.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, plan.A);
      OK(cuStreamEndCapture(stream, &graph));
      OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
      OK(cuGraphLaunch(executable, stream));
      OK(cuGraphExecDestroy(executable));
      OK(cuGraphDestroy(graph));
      plan.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
    }
    plan.expect_sums();
    // Nobody may keep anything in the workspace.
    uint32_t word;
    OK(cuMemcpyDtoH(&word, plan.workspace, 4));
    EXPECT(word == 0xFFFFFFFF);
  }
  OK(cuStreamDestroy(stream));
  EXPECT(palimpsest_simulator_reports() == 0);
}

// Each way to call cublasLt wrongly that a plan can get into.
void plan_misuse() {
  {
    Plan plan(CUBLAS_COMPUTE_32F_FAST_TF32);
    EXPECT(plan.choose() == CUBLAS_STATUS_NOT_SUPPORTED);
  }
  {
    Plan plan(CUBLAS_COMPUTE_32F, 39);
    EXPECT(plan.choose() == CUBLAS_STATUS_INVALID_VALUE);
  }
  Plan plan;
  plan.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, CUdeviceptr(0));
  EXPECT(plan.choose() == CUBLAS_STATUS_INVALID_VALUE);
  plan.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, plan.Bias);
  EXPECT(plan.choose() == CUBLAS_STATUS_SUCCESS);
  int64_t wide = CUBLAS_OP_T;
  EXPECT(cublasLtMatmulDescSetAttribute(plan.operation, CUBLASLT_MATMUL_DESC_TRANSA, &wide,
                                        sizeof wide) == CUBLAS_STATUS_INVALID_VALUE);

  plan.workspace_bytes = 16;
  EXPECT(plan.run() == CUBLAS_STATUS_INVALID_VALUE);
  plan.workspace_bytes = 1 << 16;
  plan.workspace += 8;
  EXPECT(plan.run() == CUBLAS_STATUS_INVALID_VALUE);
  plan.workspace -= 8;
  plan.A += 2;
  EXPECT(plan.run() == CUBLAS_STATUS_INVALID_VALUE);
  plan.A -= 2;
  plan.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, plan.Bias + 2);
  EXPECT(plan.run() == CUBLAS_STATUS_INVALID_VALUE);
  plan.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, plan.Bias);
  plan.set(CUBLASLT_MATMUL_DESC_EPILOGUE, uint32_t(CUBLASLT_EPILOGUE_DEFAULT));
  EXPECT(plan.run() == CUBLAS_STATUS_INVALID_VALUE);
  plan.set(CUBLASLT_MATMUL_DESC_EPILOGUE, uint32_t(CUBLASLT_EPILOGUE_BIAS));
  plan.B += 256;
  EXPECT(plan.run() == CUBLAS_STATUS_EXECUTION_FAILED);
  plan.B -= 256;

  cublasLtMatrixLayout_t gone;
  EXPECT(cublasLtMatrixLayoutCreate(&gone, CUDA_R_16BF, plan.m, plan.n, plan.m) ==
         CUBLAS_STATUS_SUCCESS);
  EXPECT(cublasLtMatrixLayoutDestroy(gone) == CUBLAS_STATUS_SUCCESS);
  std::swap(gone, plan.d_layout);
  EXPECT(plan.run() == CUBLAS_STATUS_INVALID_VALUE);
  std::swap(gone, plan.d_layout);
  EXPECT(cublasLtMatrixLayoutCreate(&gone, CUDA_R_16BF, 1, 1, 1) == CUBLAS_STATUS_SUCCESS);
}

void limits() {
  Floats out(4096);
  CUfunction kernel = function("planted_nothing");
  GIVES(CUDA_ERROR_INVALID_VALUE, launch("planted_bounds", 1, 1025, 0, out.address));
  GIVES(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, launch("planted_bounds", 1, 65, 0, out.address));
  GIVES(CUDA_ERROR_INVALID_VALUE, launch("planted_bounds", 0, 32, 0, out.address));
  void* pointers[] = {&out.address};
  GIVES(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(function("planted_bounds"), 1, 65536, 1, 32, 1, 1,
                                                 0, nullptr, pointers, nullptr));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(function("planted_bounds"), 1, 1, 1, 1, 1, 65, 0,
                                                 nullptr, pointers, nullptr));
  int n = 8;
  GIVES(CUDA_ERROR_INVALID_VALUE,
        launch("planted_nothing", 1, 32, 49153, out.address, out.address, n));
  GIVES(CUDA_ERROR_INVALID_VALUE,
        cuFuncSetAttribute(kernel, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 232449));
  OK(cuFuncSetAttribute(kernel, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 232448));
  OK(launch("planted_nothing", 1, 32, 232448, out.address, out.address, n));
  // Fewer bytes than the kernel's tiles take.
  GIVES(CUDA_ERROR_LAUNCH_FAILED,
        launch("planted_nothing", 1, 32, 128, out.address, out.address, n));
}

void stale_handles() {
  CUstream stream;
  CUevent event;
  CUfunction kernel = function("planted_bounds");
  OK(cuStreamCreate(&stream, 0));
  OK(cuStreamDestroy(stream));
  GIVES(CUDA_ERROR_INVALID_HANDLE, cuStreamSynchronize(stream));
  OK(cuEventCreate(&event, 0));
  OK(cuEventDestroy(event));
  GIVES(CUDA_ERROR_INVALID_HANDLE, cuEventRecord(event, nullptr));
  OK(cuModuleUnload(module_handle));
  GIVES(CUDA_ERROR_INVALID_HANDLE, cuModuleUnload(module_handle));
  GIVES(CUDA_ERROR_INVALID_HANDLE,
        cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, nullptr));
  OK(cuCtxSetCurrent(nullptr));
  GIVES(CUDA_ERROR_INVALID_CONTEXT, cuCtxSynchronize());
}

void out_of_memory() {
  CUdeviceptr address;
  size_t free_bytes, total;
  OK(cuMemGetInfo(&free_bytes, &total));
  EXPECT(total == 1000000);
  GIVES(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc(&address, 1000001));
  OK(cuMemAlloc(&address, 600000));
  CUdeviceptr second;
  GIVES(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc(&second, 600000));
  OK(cuMemFree(address));
}

void use_after_free() {
  CUdeviceptr address;
  float value;
  OK(cuMemAlloc(&address, 4000));
  OK(cuMemFree(address));
  GIVES(CUDA_ERROR_ILLEGAL_ADDRESS, launch("planted_bounds", 1, 32, 0, address + 40));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH(&value, address, 4));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuMemFree(address));
}

// A kernel reaches freed memory through an address that lies in memory itself, which only
// AddressSanitizer sees.
void freed_inside() {
  CUdeviceptr row, rows;
  Floats out(32);
  OK(cuMemAlloc(&row, 128));
  OK(cuMemAlloc(&rows, 8));
  OK(cuMemcpyHtoD(rows, &row, 8));
  OK(cuMemFree(row));
  launch("planted_freed_inside", 1, 32, 0, out.address, rows);
  OK(cuMemFree(rows));
}

void copy_past_end() {
  Floats a(4);
  float value[5] = {};
  GIVES(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD(a.address, value, 20));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuMemsetD8(a.address + 16, 0, 1));
}

void leak() {
  CUdeviceptr address;
  CUstream stream;
  OK(cuMemAlloc(&address, 1000));
  OK(cuMemAlloc(&address, 2000));
  OK(cuMemFree(address));
  OK(cuStreamCreate(&stream, 0));
}

void uninitialised() {
  Floats in(ascending(32)), fresh(32), out(32);
  OK(launch("planted_uninitialised", 1, 32, 0, out.address, in.address, fresh.address));
  EXPECT(nans(out.get()) == 32);
  OK(launch("planted_uninitialised_tile", 1, 32, 128, out.address));
  EXPECT(nans(out.get()) == 1);
}

CUresult run_on(const char* kernel, unsigned grid, unsigned block, std::vector<float>& results) {
  Floats in(ascending(4 * block)), out(grid * block);
  CUresult result = launch(kernel, grid, block, 4096, out.address, in.address);
  results = out.get();
  return result;
}

void fails(const char* kernel) {
  std::vector<float> results;
  GIVES(CUDA_ERROR_LAUNCH_FAILED, run_on(kernel, 1, 64, results));
  // The simulator goes on.
  Floats out(64);
  OK(launch("planted_bounds", 1, 64, 0, out.address));
  EXPECT(nans(out.get()) == 0);
}

// The bug shows in what comes out: threads that run one after the other read what is not there yet.
void shows(const char* kernel) {
  std::vector<float> results;
  OK(run_on(kernel, 1, 64, results));
  EXPECT(nans(results) > 0);
}

void runs(const char* kernel, unsigned grid) {
  std::vector<float> results;
  run_on(kernel, grid, 64, results);
}

void write_past_end() {
  Floats out(100);
  int n = 100;
  GIVES(CUDA_ERROR_ILLEGAL_ADDRESS, launch("planted_write_past_end", 1, 128, 0, out.address, n));
}

void read_past_end() {
  Floats in(ascending(100)), out(100);
  int n = 100;
  launch("planted_read_past_end", 1, 128, 0, out.address, in.address, n);
}

void speed() {
  Floats in(ascending(1 << 20)), out(1 << 13);
  int n = 1 << 20;
  CUevent start, end;
  float milliseconds;
  OK(cuEventCreate(&start, 0));
  OK(cuEventCreate(&end, 0));
  for (int round = 0; round < 3; round++) {
    OK(cuEventRecord(start, nullptr));
    OK(launch("planted_nothing", 4096, 256, 2048, out.address, in.address, n));
    OK(cuEventRecord(end, nullptr));
    OK(cuEventElapsedTime(&milliseconds, start, end));
    // 2 barriers and 5 shuffles a thread, each with about one switch, and one to the next thread at
    // the end.
    printf("%.1f ns a switch\n", milliseconds * 1e6 / (double(n) * 8));
  }
  OK(cuEventDestroy(start));
  OK(cuEventDestroy(end));
}

}  // namespace

int main(int count, char** arguments) {
  const std::map<std::string, std::function<void()>> cases = {
      {"correct_kernels", correct_kernels},
      {"primitives", primitives},
      {"driver", driver},
      {"streams_and_graphs", streams_and_graphs},
      {"capture_misuse", capture_misuse},
      {"products", products},
      {"planned_products", planned_products},
      {"plan_misuse", plan_misuse},
      {"limits", limits},
      {"stale_handles", stale_handles},
      {"out_of_memory", out_of_memory},
      {"use_after_free", use_after_free},
      {"freed_inside", freed_inside},
      {"copy_past_end", copy_past_end},
      {"leak", leak},
      {"uninitialised", uninitialised},
      {"write_past_end", write_past_end},
      {"read_past_end", read_past_end},
      {"speed", speed},
  };
  std::string name = count > 1 ? arguments[1] : "";
  std::string kernel = count > 2 ? arguments[2] : "";
  begin();
  if (name == "fails") {
    fails(kernel.c_str());
  } else if (name == "shows") {
    shows(kernel.c_str());
  } else if (name == "runs") {
    runs(kernel.c_str(), count > 3 ? unsigned(atoi(arguments[3])) : 1);
  } else if (cases.contains(name)) {
    cases.at(name)();
  } else {
    fprintf(stderr, "no case %s\n", name.c_str());
    return 2;
  }
}
