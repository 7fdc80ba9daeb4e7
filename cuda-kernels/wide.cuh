#pragma once

#include "reduce.cuh"
#include "vectors.cuh"

// How the memory-bound kernels go over rows of whole chunks of 16 bytes.

/** What a kernel does with a row and the first column of a chunk, a chunk a thread. */
template <typename T, typename Body>
__device__ __forceinline__ void each_chunk(int64_t rows, int width, Body body) {
  const int column = (blockIdx.x * blockDim.x + threadIdx.x) * WIDE<T>;
  if (column >= width) {
    return;
  }
  const int64_t step = static_cast<int64_t>(gridDim.y) * blockDim.y;
  for (int64_t row = static_cast<int64_t>(blockIdx.y) * blockDim.y + threadIdx.y; row < rows;
       row += step) {
    body(row, column);
  }
}

/**
 * Sums down the columns, a chunk of columns a thread: {@code partials[part] = Σ x} over the rows [256
 * part, 256 part + 256), where {@code body(x, at)} gives the chunk at an element. Without partials
 * the body alone is run.
 */
template <typename T, typename Body>
__device__ __forceinline__ void column_sums(
    float* partials, int64_t rows, int width, Body body) {
  constexpr int N = WIDE<T>;
  SharedMemory shared;
  float* tile = shared.tile<float>(COLUMN_BLOCK * N);
  const int lane = threadIdx.x % WARP_SIZE;
  const int column = (blockIdx.x * WARP_SIZE + lane) * N;
  const int64_t first = static_cast<int64_t>(blockIdx.y) * ROWS_A_PART;
  const int64_t end = first + ROWS_A_PART < rows ? first + ROWS_A_PART : rows;
  float sums[N] = {};
  if (column < width) {
#pragma unroll 2
    for (int64_t row = first + threadIdx.x / WARP_SIZE; row < end; row += COLUMN_LANES) {
      float x[N];
      body(x, row * width + column);
#pragma unroll
      for (int j = 0; j < N; j++) {
        sums[j] += x[j];
      }
    }
  }
  if (partials == nullptr) {
    return; // the whole block
  }
#pragma unroll
  for (int j = 0; j < N; j++) {
    tile[j * COLUMN_BLOCK + threadIdx.x] = sums[j];
  }
  __syncthreads();
  // A thread adds up one column after the other: the first 32 N of the block's 256 have one.
  for (int i = threadIdx.x; i < WARP_SIZE * N; i += COLUMN_BLOCK) {
    const int to = blockIdx.x * WARP_SIZE * N + i;
    if (to < width) {
      float sum = 0;
      for (int part = 0; part < COLUMN_LANES; part++) {
        sum += tile[i % N * COLUMN_BLOCK + part * WARP_SIZE + i / N];
      }
      partials[static_cast<int64_t>(blockIdx.y) * width + to] = sum;
    }
  }
}
