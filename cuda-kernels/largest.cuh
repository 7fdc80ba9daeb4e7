#pragma once

#include "reduce.cuh"

// The largest of a row that a block shares, and where it stands: the first of equals.

struct Largest {
  float value;
  int index;
};

__device__ __forceinline__ Largest larger(Largest a, Largest b) {
  return b.value > a.value || (b.value == a.value && b.index < a.index) ? b : a;
}

/** The index over the whole block, for every thread; the scratch has BLOCK_SCRATCH of each. */
__device__ __forceinline__ int index_of_largest(
    Largest best, int width, float* values, int* indices) {
  for (int lanes = WARP_SIZE / 2; lanes > 0; lanes /= 2) {
    const float value = __shfl_xor_sync(ALL_LANES, best.value, lanes);
    best = larger(best, {value, __shfl_xor_sync(ALL_LANES, best.index, lanes)});
  }
  if (threadIdx.x % WARP_SIZE == 0) {
    values[threadIdx.x / WARP_SIZE] = best.value;
    indices[threadIdx.x / WARP_SIZE] = best.index;
  }
  __syncthreads();
  for (unsigned warp = 0; warp < blockDim.x / WARP_SIZE; warp++) {
    best = larger(best, {values[warp], indices[warp]});
  }
  return best.index < width ? best.index : 0; // a row of NaN has no largest
}
