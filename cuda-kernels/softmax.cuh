#pragma once

#include "reduce.cuh"

// The softmax of a row that a block shares: its maximum and its sum, found in one pass.

struct RowSum {
  float max;
  float sum; // Σ e^(factor x − max)
};

/**
 * Of {@code factor x}; the same bits for every thread of the block. Each thread goes through its
 * columns once with a running maximum and a running sum (Milakov, Gimelshein 2018), the block joins
 * them in a fixed order. The scratch has BLOCK_SCRATCH floats.
 */
template <typename T>
__device__ __forceinline__ RowSum row_sum(const T* row, int width, float factor, float* scratch) {
  float max = -FLT_MAX; // not −∞, for −∞ − −∞ is no number
  float sum = 0;
  for (int c = threadIdx.x; c < width; c += blockDim.x) {
    const float x = factor * to_float(row[c]);
    if (x > max) {
      sum = sum * expf(max - x) + 1;
      max = x;
    } else {
      sum += expf(x - max);
    }
  }
  const float largest = block_max(max, scratch);
  return {largest, block_sum(sum * expf(max - largest), scratch)};
}
