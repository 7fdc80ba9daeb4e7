#include "gemm.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "hooks.h"

namespace simulator {

namespace {

// A tile of C is TILE_M × TILE_N and summed over slices of k. Both operands are packed, as fp32,
// into strips that the inner loop reads in order: of A 16 rows, of B 6 columns, whose products fill
// 12 of the 16 vector registers.
constexpr int64_t STRIP_M = 16, STRIP_N = 6, TILE_M = 192, TILE_N = 192, SLICE = 256;

using Vector = float __attribute__((vector_size(32), aligned(32)));
using UnalignedVector = float __attribute__((vector_size(32), aligned(4)));

float read(const void* start, bool bf16, int64_t element) {
  if (!bf16) return static_cast<const float*>(start)[element];
  return std::bit_cast<float>(uint32_t(static_cast<const uint16_t*>(start)[element]) << 16);
}

// Round to nearest even, NaN stays NaN.
uint16_t to_bf16(float x) {
  uint32_t bits = std::bit_cast<uint32_t>(x);
  return x == x ? uint16_t((bits + 0x7FFF + (bits >> 16 & 1)) >> 16) : uint16_t(0x7FFF);
}

// Strips of `width` from `along` (rows of op(A) or columns of op(B)), each the k of a slice one
// after the other; what lies outside of the matrix is zero. Element (i, p) lies at i·step_along +
// p·step_k.
template <int64_t width, typename T>
void pack(float* to, const T* from, int64_t count, int64_t depth, int64_t step_along,
          int64_t step_k) {
  for (int64_t strip = 0; strip < count; strip += width, to += width * depth) {
    int64_t there = std::min(width, count - strip);
    for (int64_t p = 0; p < depth; p++) {
      for (int64_t i = 0; i < width; i++) {
        float value = 0;
        if (i < there) {
          T element = from[(strip + i) * step_along + p * step_k];
          if constexpr (sizeof(T) == 2) {
            value = std::bit_cast<float>(uint32_t(element) << 16);
          } else {
            value = element;
          }
        }
        to[p * width + i] = value;
      }
    }
  }
}

template <int64_t width>
void pack(float* to, const Matrix& matrix, int64_t batch, int64_t along, int64_t k, int64_t count,
          int64_t depth, int64_t step_along, int64_t step_k) {
  int64_t first = batch * matrix.stride + along * step_along + k * step_k;
  if (matrix.bf16) {
    pack<width>(to, static_cast<const uint16_t*>(matrix.start) + first, count, depth, step_along,
                step_k);
  } else {
    pack<width>(to, static_cast<const float*>(matrix.start) + first, count, depth, step_along,
                step_k);
  }
}

// sums[6][16] += Σ_p a[p][16]·b[p][6], columns of the sums `TILE_M` apart.
void multiply_strips(float* sums, const float* a, const float* b, int64_t depth) {
  Vector low[STRIP_N], high[STRIP_N];
  for (int j = 0; j < STRIP_N; j++) {
    low[j] = *reinterpret_cast<UnalignedVector*>(sums + j * TILE_M);
    high[j] = *reinterpret_cast<UnalignedVector*>(sums + j * TILE_M + 8);
  }
  for (int64_t p = 0; p < depth; p++, a += STRIP_M, b += STRIP_N) {
    Vector a0 = *reinterpret_cast<const UnalignedVector*>(a);
    Vector a1 = *reinterpret_cast<const UnalignedVector*>(a + 8);
#pragma GCC unroll 6
    for (int j = 0; j < STRIP_N; j++) {
      low[j] += a0 * b[j];
      high[j] += a1 * b[j];
    }
  }
  for (int j = 0; j < STRIP_N; j++) {
    *reinterpret_cast<UnalignedVector*>(sums + j * TILE_M) = low[j];
    *reinterpret_cast<UnalignedVector*>(sums + j * TILE_M + 8) = high[j];
  }
}

struct Scratch {
  std::vector<float> a = std::vector<float>(TILE_M * SLICE);
  std::vector<float> b = std::vector<float>((TILE_N + STRIP_N) * SLICE);
  std::vector<float> sums = std::vector<float>(TILE_M * (TILE_N + STRIP_N));
};

void store(const Gemm& product, const float* sums, int64_t batch, int64_t row, int64_t column,
           int64_t rows, int64_t columns) {
  for (int64_t j = 0; j < columns; j++) {
    int64_t first = batch * product.c.stride + (column + j) * product.c.leading + row;
    for (int64_t i = 0; i < rows; i++) {
      float value = product.alpha * sums[j * TILE_M + i];
      // Where β is zero C is not read: it may hold anything.
      if (product.beta != 0) {
        value += product.beta * read(product.c.start, product.c.bf16, first + i);
      }
      if (product.bias != nullptr) value += read(product.bias, product.c.bf16, row + i);
      if (product.c.bf16) {
        static_cast<uint16_t*>(product.c.start)[first + i] = to_bf16(value);
      } else {
        static_cast<float*>(product.c.start)[first + i] = value;
      }
    }
  }
}

void tile(const Gemm& product, int64_t batch, int64_t row, int64_t column) {
  static thread_local Scratch scratch;
  int64_t rows = std::min(TILE_M, product.m - row), columns = std::min(TILE_N, product.n - column);
  std::fill(scratch.sums.begin(), scratch.sums.end(), 0.0f);
  const Matrix &a = product.a, &b = product.b;
  for (int64_t k = 0; k < product.k; k += SLICE) {
    int64_t depth = std::min(SLICE, product.k - k);
    pack<STRIP_M>(scratch.a.data(), a, batch, row, k, rows, depth, a.transposed ? a.leading : 1,
                  a.transposed ? 1 : a.leading);
    pack<STRIP_N>(scratch.b.data(), b, batch, column, k, columns, depth,
                  b.transposed ? 1 : b.leading, b.transposed ? b.leading : 1);
    for (int64_t j = 0; j < columns; j += STRIP_N) {
      for (int64_t i = 0; i < rows; i += STRIP_M) {
        multiply_strips(&scratch.sums[j * TILE_M + i], &scratch.a[i * depth], &scratch.b[j * depth],
                        depth);
      }
    }
  }
  store(product, scratch.sums.data(), batch, row, column, rows, columns);
}

struct Tiling {
  const Gemm& product;
  int64_t down, across;
};

}  // namespace

void gemm(const Gemm& product) {
  Tiling tiling = {product, (product.m + TILE_M - 1) / TILE_M, (product.n + TILE_N - 1) / TILE_N};
  auto one = [](void* data, size_t i) {
    const auto& [product, down, across] = *static_cast<Tiling*>(data);
    int64_t number = int64_t(i);
    tile(product, number / (down * across), number % down * TILE_M,
         number / down % across * TILE_N);
  };
  int64_t tiles = tiling.down * tiling.across * product.batch;
  // A small product is done before another processor has woken up.
  if (tiles > 1 && product.m * product.n * product.k * product.batch > 500000) {
    palimpsest_simulator_in_parallel(one, &tiling, tiles);
  } else {
    for (int64_t i = 0; i < tiles; i++) one(&tiling, i);
  }
}

}  // namespace simulator
