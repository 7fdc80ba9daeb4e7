#pragma once

#include "device.cuh"

// Sums and maxima over the threads of a warp or a block, in an order that depends on the shape of
// the block alone: the same numbers give the same bits every time.

constexpr unsigned ALL_LANES = 0xffffffffu;

/** Σ x over the warp; every lane gets the same bits. */
__device__ __forceinline__ float warp_sum(float x) {
  for (int lanes = WARP_SIZE / 2; lanes > 0; lanes /= 2) {
    x += __shfl_xor_sync(ALL_LANES, x, lanes);
  }
  return x;
}

/** Floats of shared memory that a block's sum or maximum needs: one a warp, 32 at most. */
constexpr int BLOCK_SCRATCH = 32;

/** Σ x over the block for every thread; all threads of the block call it, whole warps. */
__device__ __forceinline__ float block_sum(float x, float* scratch) {
  x = warp_sum(x);
  if (threadIdx.x % WARP_SIZE == 0) {
    scratch[threadIdx.x / WARP_SIZE] = x;
  }
  __syncthreads();
  float sum = 0;
  for (unsigned warp = 0; warp < blockDim.x / WARP_SIZE; warp++) {
    sum += scratch[warp];
  }
  __syncthreads(); // the scratch may be used again
  return sum;
}

/** The largest x over the block, NaN left aside, for every thread. */
__device__ __forceinline__ float block_max(float x, float* scratch) {
  for (int lanes = WARP_SIZE / 2; lanes > 0; lanes /= 2) {
    x = fmaxf(x, __shfl_xor_sync(ALL_LANES, x, lanes));
  }
  if (threadIdx.x % WARP_SIZE == 0) {
    scratch[threadIdx.x / WARP_SIZE] = x;
  }
  __syncthreads();
  float largest = scratch[0];
  for (unsigned warp = 1; warp < blockDim.x / WARP_SIZE; warp++) {
    largest = fmaxf(largest, scratch[warp]);
  }
  __syncthreads();
  return largest;
}

// Sums down the columns of a matrix, in two steps without atomics. A block of 256 threads is 8 rows
// of 32 columns. In the first step block (x, part) sums the rows [256 part, 256 part + 256) of
// columns [32 x, 32 x + 32) to one row of partial sums; in the second, one block adds up all parts.

constexpr int COLUMN_BLOCK = 256;
constexpr int COLUMN_LANES = COLUMN_BLOCK / WARP_SIZE;
constexpr int ROWS_A_PART = 256;

/** Σ x over the 8 threads of a column, for the first of them; the tile has 256 floats. */
__device__ __forceinline__ float column_sum(float x, float* tile) {
  tile[threadIdx.x] = x;
  __syncthreads();
  float sum = 0;
  if (threadIdx.x < WARP_SIZE) {
    for (int lane = 0; lane < COLUMN_LANES; lane++) {
      sum += tile[lane * WARP_SIZE + threadIdx.x];
    }
  }
  __syncthreads();
  return sum;
}

/** {@code out[c] += Σ partials[part stride + c]} for the 32 columns of this block. */
__device__ __forceinline__ void add_partials(
    float* out, const float* partials, int parts, int64_t stride, int width) {
  SharedMemory shared;
  float* tile = shared.tile<float>(COLUMN_BLOCK);
  const int column = blockIdx.x * WARP_SIZE + threadIdx.x % WARP_SIZE;
  float sum = 0;
  if (column < width) {
    for (int part = threadIdx.x / WARP_SIZE; part < parts; part += COLUMN_LANES) {
      sum += partials[part * stride + column];
    }
  }
  sum = column_sum(sum, tile);
  if (threadIdx.x < WARP_SIZE && column < width) {
    out[column] += sum;
  }
}
