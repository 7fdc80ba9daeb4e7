#include "product.h"

#include <string.h>

#include <algorithm>
#include <utility>

#include "hooks.h"

namespace simulator {

namespace {

// Bytes from the first to the last element of a batch of matrices.
size_t extent(const Matrix& matrix, int64_t rows, int64_t columns, int64_t batch) {
  if (rows == 0 || columns == 0 || batch == 0) return 0;
  int64_t elements =
      (batch - 1) * std::max<int64_t>(matrix.stride, 0) + (columns - 1) * matrix.leading + rows;
  return elements * (matrix.bf16 ? 2 : 4);
}

bool there(const Matrix& matrix, int64_t rows, int64_t columns, int64_t batch, const char* call,
           const char* what) {
  if (matrix.transposed) std::swap(rows, columns);
  return palimpsest_simulator_is_device_memory(matrix.start, extent(matrix, rows, columns, batch),
                                               call, what) != 0;
}

bool bias_there(const Gemm& gemm, const char* call) {
  return gemm.bias == nullptr ||
         palimpsest_simulator_is_device_memory(gemm.bias, gemm.m * (gemm.c.bf16 ? 2 : 4), call,
                                               "the bias") != 0;
}

// All ones, which is no number: nobody else keeps anything there.
bool overwrite_workspace(const Product& product) {
  if (product.workspace_bytes == 0) return true;
  if (!palimpsest_simulator_is_device_memory(product.workspace, product.workspace_bytes,
                                             product.call, "the workspace")) {
    return false;
  }
  memset(product.workspace, 0xFF, product.workspace_bytes);
  return true;
}

constexpr int DONE = 0, ILLEGAL_ADDRESS = 700;

int run(const void* data) {
  Product product = *static_cast<const Product*>(data);
  Gemm& gemm = product.gemm;
  if (product.device_alpha != nullptr) {
    if (!palimpsest_simulator_is_device_memory(product.device_alpha, 4, product.call, "alpha") ||
        !palimpsest_simulator_is_device_memory(product.device_beta, 4, product.call, "beta")) {
      return ILLEGAL_ADDRESS;
    }
    gemm.alpha = *product.device_alpha;
    gemm.beta = *product.device_beta;
  }
  if (!there(gemm.a, gemm.m, gemm.k, gemm.batch, product.call, "A") ||
      !there(gemm.b, gemm.k, gemm.n, gemm.batch, product.call, "B") ||
      !there(gemm.c, gemm.m, gemm.n, gemm.batch, product.call, "C") ||
      !bias_there(gemm, product.call) || !overwrite_workspace(product)) {
    return ILLEGAL_ADDRESS;
  }
  simulator::gemm(gemm);
  return DONE;
}

}  // namespace

int submit_product(void* stream, const Product& product) {
  return palimpsest_simulator_submit(stream, product.call, run, &product, sizeof product);
}

}  // namespace simulator
