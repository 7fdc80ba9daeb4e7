// The calls of cublasLt that Palimpsest makes, in the order of the simulated streams. A plan is
// held to what it was made for: an algorithm that was chosen for another problem, for better
// aligned addresses or for more workspace than it is given is refused.
#include "cublaslt_declarations.h"

#include <string.h>

#include <bit>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "hooks.h"
#include "product.h"

struct cublasLtContext {};

namespace {

using namespace simulator;

struct Layout {
  cudaDataType type;
  uint64_t rows, columns;
  int64_t leading;
};

struct Operation {
  cublasComputeType_t compute;
  cudaDataType_t scale;
  int32_t transpose_a = CUBLAS_OP_N, transpose_b = CUBLAS_OP_N;
  uint32_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
};

struct Preference {
  uint64_t workspace = 0;
  uint32_t reductions = CUBLASLT_REDUCTION_SCHEME_MASK;
  uint32_t alignment_a = 256, alignment_b = 256, alignment_c = 256, alignment_d = 256;
};

// What handles stand for. C knows a handle as a pointer to something that it may not look into.
template <typename Handle, typename T>
class Handles {
 public:
  explicit Handles(const char* what) : what(what) {}
  ~Handles() {
    if (!live.empty()) {
      palimpsest_simulator_report("leak: %zu %s not destroyed at exit", live.size(), what);
    }
  }
  cublasStatus_t add(Handle* handle, const T& value) {
    if (handle == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
    auto object = std::make_unique<T>(value);
    *handle = reinterpret_cast<Handle>(object.get());
    std::lock_guard guard(lock);
    live.emplace(*handle, std::move(object));
    return CUBLAS_STATUS_SUCCESS;
  }
  cublasStatus_t drop(Handle handle) {
    std::lock_guard guard(lock);
    return live.erase(handle) == 1 ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
  }
  // Null, and a report, where it is none or no longer.
  T* find(Handle handle, const char* call) {
    std::lock_guard guard(lock);
    auto found = live.find(handle);
    if (found != live.end()) return found->second.get();
    palimpsest_simulator_report("%s: %p is none of its %s, or no longer", call,
                                static_cast<void*>(handle), what);
    return nullptr;
  }

 private:
  const char* what;
  std::mutex lock;
  std::map<Handle, std::unique_ptr<T>> live;
};

Handles<cublasLtHandle_t, cublasLtContext> contexts("cublasLt handle(s)");
Handles<cublasLtMatrixLayout_t, Layout> layouts("matrix layout(s)");
Handles<cublasLtMatmulDesc_t, Operation> operations("matmul descriptor(s)");
Handles<cublasLtMatmulPreference_t, Preference> preferences("matmul preference(s)");

// Takes an attribute of exactly its own size.
template <typename T>
cublasStatus_t take(T& field, const void* value, size_t bytes, const char* call, int attribute) {
  if (value == nullptr || bytes != sizeof field) {
    palimpsest_simulator_report("%s: attribute %d has %zu bytes, not %zu", call, attribute,
                                sizeof field, bytes);
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  memcpy(&field, value, bytes);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t unknown(const char* call, int attribute) {
  palimpsest_simulator_report("%s: the simulator knows no attribute %d", call, attribute);
  return CUBLAS_STATUS_NOT_SUPPORTED;
}

// An operation with the layouts of its matrices.
struct Problem {
  const Operation* operation;
  const Layout *a, *b, *c, *d;
  uint64_t m() const { return d->rows; }
  uint64_t n() const { return d->columns; }
  uint64_t k() const { return operation->transpose_a == CUBLAS_OP_N ? a->columns : a->rows; }
};

std::optional<Problem> problem(const char* call, cublasLtHandle_t handle, cublasLtMatmulDesc_t desc,
                               cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                               cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d) {
  Problem problem = {operations.find(desc, call), layouts.find(a, call), layouts.find(b, call),
                     layouts.find(c, call), layouts.find(d, call)};
  bool whole = contexts.find(handle, call) != nullptr && problem.operation != nullptr &&
               problem.a != nullptr && problem.b != nullptr && problem.c != nullptr &&
               problem.d != nullptr;
  return whole ? std::optional(problem) : std::nullopt;
}

bool fits(const char* call, const char* name, const Layout& layout, bool transposed, uint64_t rows,
          uint64_t columns) {
  if (transposed) std::swap(rows, columns);
  if (layout.rows != rows || layout.columns != columns) {
    palimpsest_simulator_report("%s: %s is %lu by %lu, the product wants %lu by %lu", call, name,
                                layout.rows, layout.columns, rows, columns);
    return false;
  }
  if (layout.leading < int64_t(layout.rows)) {
    palimpsest_simulator_report("%s: %s's leading dimension is %ld, it has %lu rows", call, name,
                                layout.leading, layout.rows);
    return false;
  }
  return true;
}

cublasStatus_t check_sizes(const char* call, const Problem& problem) {
  const Operation& operation = *problem.operation;
  bool right =
      fits(call, "A", *problem.a, operation.transpose_a != CUBLAS_OP_N, problem.m(), problem.k()) &&
      fits(call, "B", *problem.b, operation.transpose_b != CUBLAS_OP_N, problem.k(), problem.n()) &&
      fits(call, "C", *problem.c, false, problem.m(), problem.n()) &&
      fits(call, "D", *problem.d, false, problem.m(), problem.n());
  return right ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

// fp32 arithmetic on fp32, or on bf16 with a result in either. Nothing narrower: a faster compute
// type would be TF32, or bf16 where fp32 was asked for.
bool supported(const Problem& problem) {
  const Operation& operation = *problem.operation;
  cudaDataType a = problem.a->type, b = problem.b->type, c = problem.c->type, d = problem.d->type;
  bool fp32 = a == CUDA_R_32F && d == CUDA_R_32F;
  bool bf16 = a == CUDA_R_16BF && (d == CUDA_R_16BF || d == CUDA_R_32F);
  return (operation.compute == CUBLAS_COMPUTE_32F ||
          operation.compute == CUBLAS_COMPUTE_32F_PEDANTIC) &&
         operation.scale == CUDA_R_32F && a == b && c == d && (fp32 || bf16) &&
         (operation.epilogue == CUBLASLT_EPILOGUE_DEFAULT ||
          operation.epilogue == CUBLASLT_EPILOGUE_BIAS);
}

cublasStatus_t check(const char* call, const Problem& problem) {
  if (!supported(problem)) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (problem.operation->epilogue == CUBLASLT_EPILOGUE_BIAS && problem.operation->bias == nullptr) {
    palimpsest_simulator_report(
        "%s: the epilogue adds a bias and CUBLASLT_MATMUL_DESC_BIAS_POINTER is not set", call);
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  return check_sizes(call, problem);
}

// The largest power of two up to 256 that an address is a multiple of.
uint32_t alignment(const void* address) {
  return 1u << std::min(8, std::countr_zero(reinterpret_cast<uintptr_t>(address)));
}

constexpr uint64_t WORKSPACE = 4096;

// What cublasLtMatmulAlgo_t holds here: all that the choice was made for.
struct Algorithm {
  uint64_t mark, m, n, k;
  uint32_t transpose_a, transpose_b, type, out_type;
  uint32_t epilogue, workspace;
  uint16_t alignment_a, alignment_b, alignment_d, alignment_bias;
};
static_assert(sizeof(Algorithm) == sizeof(cublasLtMatmulAlgo_t));
constexpr uint64_t MARK = 0x50616c696d707365;

Algorithm algorithm(const Problem& problem, const Preference& preference) {
  const Operation& operation = *problem.operation;
  return {MARK,
          problem.m(),
          problem.n(),
          problem.k(),
          uint32_t(operation.transpose_a),
          uint32_t(operation.transpose_b),
          uint32_t(problem.a->type),
          uint32_t(problem.d->type),
          operation.epilogue,
          uint32_t(preference.workspace < WORKSPACE ? 0 : WORKSPACE),
          uint16_t(preference.alignment_a),
          uint16_t(preference.alignment_b),
          uint16_t(std::min(preference.alignment_c, preference.alignment_d)),
          uint16_t(alignment(operation.bias))};
}

bool same_problem(const Algorithm& x, const Algorithm& y) {
  return x.mark == y.mark && x.m == y.m && x.n == y.n && x.k == y.k &&
         x.transpose_a == y.transpose_a && x.transpose_b == y.transpose_b && x.type == y.type &&
         x.out_type == y.out_type && x.epilogue == y.epilogue;
}

bool aligned(const char* call, const char* name, const void* address, uint16_t wanted) {
  if (alignment(address) >= wanted) return true;
  palimpsest_simulator_report(
      "%s: %s at %p is no multiple of %u, for which the algorithm was chosen", call, name, address,
      wanted);
  return false;
}

// The algorithm that was given, if it may run on these operands.
std::optional<Algorithm> chosen(const char* call, const Problem& problem,
                                const cublasLtMatmulAlgo_t* algo, const void* A, const void* B,
                                const void* D, const void* workspace, size_t workspace_bytes) {
  if (algo == nullptr) {
    palimpsest_simulator_report("%s: no algorithm is given, a plan has one", call);
    return std::nullopt;
  }
  Algorithm algorithm = std::bit_cast<Algorithm>(*algo);
  if (!same_problem(algorithm, ::algorithm(problem, {}))) {
    palimpsest_simulator_report(
        "%s: the algorithm was chosen for another product than %lu x %lu x %lu", call, problem.m(),
        problem.n(), problem.k());
    return std::nullopt;
  }
  if (workspace_bytes < algorithm.workspace) {
    palimpsest_simulator_report("%s: the algorithm needs a workspace of %u bytes, it is given %zu",
                                call, algorithm.workspace, workspace_bytes);
    return std::nullopt;
  }
  bool right = aligned(call, "A", A, algorithm.alignment_a) &&
               aligned(call, "B", B, algorithm.alignment_b) &&
               aligned(call, "D", D, algorithm.alignment_d) &&
               (algorithm.epilogue != CUBLASLT_EPILOGUE_BIAS ||
                aligned(call, "the bias", problem.operation->bias, algorithm.alignment_bias)) &&
               (algorithm.workspace == 0 || aligned(call, "the workspace", workspace, 256));
  return right ? std::optional(algorithm) : std::nullopt;
}

Matrix matrix(const void* start, const Layout& layout, bool transposed) {
  return {const_cast<void*>(start), layout.type == CUDA_R_16BF, transposed, layout.leading, 0};
}

}  // namespace

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) { return contexts.add(handle, {}); }

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) { return contexts.drop(handle); }

size_t cublasLtGetVersion() { return SIMULATOR_CUBLAS_VERSION; }

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType type,
                                          uint64_t rows, uint64_t cols, int64_t ld) {
  return layouts.add(layout, {type, rows, cols, ld});
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  return layouts.drop(layout);
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* desc, cublasComputeType_t computeType,
                                        cudaDataType_t scaleType) {
  return operations.add(desc, {computeType, scaleType});
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t desc) {
  return operations.drop(desc);
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t desc,
                                              cublasLtMatmulDescAttributes_t attr, const void* buf,
                                              size_t sizeInBytes) {
  const char* call = "cublasLtMatmulDescSetAttribute";
  Operation* operation = operations.find(desc, call);
  if (operation == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
  switch (attr) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return take(operation->transpose_a, buf, sizeInBytes, call, attr);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return take(operation->transpose_b, buf, sizeInBytes, call, attr);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return take(operation->epilogue, buf, sizeInBytes, call, attr);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return take(operation->bias, buf, sizeInBytes, call, attr);
    default:
      return unknown(call, attr);
  }
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* pref) {
  return preferences.add(pref, {});
}

cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t pref) {
  return preferences.drop(pref);
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t pref,
                                                    cublasLtMatmulPreferenceAttributes_t attr,
                                                    const void* buf, size_t sizeInBytes) {
  const char* call = "cublasLtMatmulPreferenceSetAttribute";
  Preference* preference = preferences.find(pref, call);
  if (preference == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
  switch (attr) {
    case CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES:
      return take(preference->workspace, buf, sizeInBytes, call, attr);
    case CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK:
      return take(preference->reductions, buf, sizeInBytes, call, attr);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES:
      return take(preference->alignment_a, buf, sizeInBytes, call, attr);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES:
      return take(preference->alignment_b, buf, sizeInBytes, call, attr);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES:
      return take(preference->alignment_c, buf, sizeInBytes, call, attr);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES:
      return take(preference->alignment_d, buf, sizeInBytes, call, attr);
    default:
      return unknown(call, attr);
  }
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(
    cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, cublasLtMatrixLayout_t Adesc,
    cublasLtMatrixLayout_t Bdesc, cublasLtMatrixLayout_t Cdesc, cublasLtMatrixLayout_t Ddesc,
    cublasLtMatmulPreference_t preference, int requestedAlgoCount,
    cublasLtMatmulHeuristicResult_t heuristicResultsArray[], int* returnAlgoCount) {
  const char* call = "cublasLtMatmulAlgoGetHeuristic";
  auto asked = problem(call, handle, desc, Adesc, Bdesc, Cdesc, Ddesc);
  const Preference* preferred = preferences.find(preference, call);
  if (!asked || preferred == nullptr || requestedAlgoCount <= 0 ||
      heuristicResultsArray == nullptr || returnAlgoCount == nullptr) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  *returnAlgoCount = 0;
  cublasStatus_t status = check(call, *asked);
  if (status != CUBLAS_STATUS_SUCCESS) return status;
  Algorithm found = algorithm(*asked, *preferred);
  heuristicResultsArray[0] = {std::bit_cast<cublasLtMatmulAlgo_t>(found),
                              found.workspace,
                              CUBLAS_STATUS_SUCCESS,
                              1,
                              {}};
  *returnAlgoCount = 1;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, const void* alpha,
                              const void* A, cublasLtMatrixLayout_t Adesc, const void* B,
                              cublasLtMatrixLayout_t Bdesc, const void* beta, const void* C,
                              cublasLtMatrixLayout_t Cdesc, void* D, cublasLtMatrixLayout_t Ddesc,
                              const cublasLtMatmulAlgo_t* algo, void* workspace,
                              size_t workspaceSizeInBytes, cudaStream_t stream) {
  const char* call = "cublasLtMatmul";
  auto asked = problem(call, handle, desc, Adesc, Bdesc, Cdesc, Ddesc);
  if (!asked || alpha == nullptr || beta == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
  cublasStatus_t status = check(call, *asked);
  if (status != CUBLAS_STATUS_SUCCESS) return status;
  if (C != D || asked->c->leading != asked->d->leading) {
    palimpsest_simulator_report("%s: the simulator multiplies in place, C and D are two matrices",
                                call);
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  auto algorithm = chosen(call, *asked, algo, A, B, D, workspace, workspaceSizeInBytes);
  if (!algorithm) return CUBLAS_STATUS_INVALID_VALUE;

  const Operation& operation = *asked->operation;
  Product product = {};
  product.call = call;
  product.workspace = workspace;
  product.workspace_bytes = algorithm->workspace;
  product.gemm = {int64_t(asked->m()),
                  int64_t(asked->n()),
                  int64_t(asked->k()),
                  1,
                  *static_cast<const float*>(alpha),
                  *static_cast<const float*>(beta),
                  matrix(A, *asked->a, operation.transpose_a != CUBLAS_OP_N),
                  matrix(B, *asked->b, operation.transpose_b != CUBLAS_OP_N),
                  matrix(D, *asked->d, false),
                  operation.epilogue == CUBLASLT_EPILOGUE_BIAS ? operation.bias : nullptr};
  return submit_product(stream, product) == 0 ? CUBLAS_STATUS_SUCCESS
                                              : CUBLAS_STATUS_EXECUTION_FAILED;
}
