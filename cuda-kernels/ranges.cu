// Helpers over ranges of the flat fp32 buffers, for clipping and for the methods of continual
// learning. x, y, … [n].
//
//   merge               into += from, from = 0, in the trained segments                      16 n bytes
//   squares             partials[block] = Σ x² over the block's part of a trained segment   4 n
//   dot                 partials[block] = Σ x y over 2048 elements                          8 n
//   sum                 out = Σ partials, in double
//   accumulate_squares  out += factor x²: a diagonal Fisher information                     12 n
//   accumulate_magnitudes  out += factor |x|: an importance without labels                  12 n
//   quadratic_penalty   gradient += strength · importance (weight − anchor), and
//                       partials[block] = Σ importance (weight − anchor)² over 2048 elements: of
//                       ½ strength Σ importance (weight − anchor)² the gradient and the value  20 n
//   axpy                y += a x                                                            12 n
//   remove_along        x −= strength d (x·d) / (‖x‖^i ‖d‖^j) in each row of x, d [R, C]: a
//                       projection for i = 0, j = 2; 20 n, 8 n of it from the cache
//
// Bound by memory, all of them. Sums are made in a fixed order: eight numbers a thread, then the
// threads of a block by a fixed tree, then all blocks' sums in double by a single block. Frozen
// segments are not in the table (segments.cuh) and are not read.

#include "reduce.cuh"
#include "segments.cuh"

/** Launch: block 256, grid the blocks of the segment table, no shared memory. */
KERNEL(ranges_merge_fp32)(float* into, float* from, const Segment* segments, int count) {
  const SegmentPart part = part_of(segments, count, blockIdx.x);
  for (int64_t i = part.start + threadIdx.x; i < part.end; i += blockDim.x) {
    into[i] += from[i];
    from[i] = 0;
  }
}
KERNEL_END_LOOP(ranges_merge_fp32)

/** Launch: block 256, grid the blocks of the segment table, 128 bytes of shared memory. */
KERNEL(ranges_squares_fp32)
(float* partials, const float* x, const Segment* segments, int count) {
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  const SegmentPart part = part_of(segments, count, blockIdx.x);
  float sum = 0;
  for (int64_t i = part.start + threadIdx.x; i < part.end; i += blockDim.x) {
    sum += x[i] * x[i];
  }
  sum = block_sum(sum, scratch);
  if (threadIdx.x == 0) {
    partials[blockIdx.x] = sum;
  }
}
KERNEL_END(ranges_squares_fp32)

/** Launch: block 256, grid ⌈n / 2048⌉, 128 bytes of shared memory. */
KERNEL(ranges_dot_fp32)(float* partials, const float* x, const float* y, int64_t n) {
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  const int64_t start = static_cast<int64_t>(blockIdx.x) * SEGMENT_BLOCK;
  const int64_t end = start + SEGMENT_BLOCK < n ? start + SEGMENT_BLOCK : n;
  float sum = 0;
  for (int64_t i = start + threadIdx.x; i < end; i += blockDim.x) {
    sum += x[i] * y[i];
  }
  sum = block_sum(sum, scratch);
  if (threadIdx.x == 0) {
    partials[blockIdx.x] = sum;
  }
}
KERNEL_END(ranges_dot_fp32)

/** Launch: block 256, grid ⌈n / 2048⌉, 128 bytes of shared memory. */
KERNEL(ranges_quadratic_penalty_fp32)
(float* partials, float* gradient, const float* importance, const float* weight,
 const float* anchor, float strength, int64_t n) {
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  const int64_t start = static_cast<int64_t>(blockIdx.x) * SEGMENT_BLOCK;
  const int64_t end = start + SEGMENT_BLOCK < n ? start + SEGMENT_BLOCK : n;
  float sum = 0;
  for (int64_t i = start + threadIdx.x; i < end; i += blockDim.x) {
    const float away = weight[i] - anchor[i];
    const float pull = importance[i] * away;
    gradient[i] += strength * pull;
    sum += pull * away;
  }
  sum = block_sum(sum, scratch);
  if (threadIdx.x == 0) {
    partials[blockIdx.x] = sum;
  }
}
KERNEL_END(ranges_quadratic_penalty_fp32)

/** Launch: one block of 256, 2048 bytes of shared memory. */
KERNEL(ranges_sum_fp32)(double* out, const float* partials, int count) {
  SharedMemory shared;
  double* sums = shared.tile<double>(256);
  double sum = 0;
  for (int i = threadIdx.x; i < count; i += blockDim.x) {
    sum += partials[i];
  }
  sums[threadIdx.x] = sum;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      sums[threadIdx.x] += sums[threadIdx.x + half];
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    *out = sums[0];
  }
}
KERNEL_END(ranges_sum_fp32)

// Launch of the rest: block 256, grid ⌈n / 256⌉, no shared memory.

KERNEL(ranges_accumulate_squares_fp32)(float* out, const float* x, float factor, int64_t n) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i] += factor * x[i] * x[i];
  }
}
KERNEL_END_LOOP(ranges_accumulate_squares_fp32)

KERNEL(ranges_accumulate_magnitudes_fp32)(float* out, const float* x, float factor, int64_t n) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i] += factor * fabsf(x[i]);
  }
}
KERNEL_END_LOOP(ranges_accumulate_magnitudes_fp32)

KERNEL(ranges_axpy_fp32)(float* y, const float* x, float a, int64_t n) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < n) {
    y[i] += a * x[i];
  }
}
KERNEL_END_LOOP(ranges_axpy_fp32)

/** Launch: block 256, a warp a row. */
KERNEL(ranges_remove_along_fp32)
(float* x, const float* direction, int norms_of_x, int norms_of_direction, float strength,
 int64_t rows, int width) {
  const int64_t row = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / WARP_SIZE;
  if (row >= rows) {
    return; // the whole warp
  }
  float* mine = x + row * width;
  const float* d = direction + row * width;
  float product = 0;
  float of_x = 0;
  float of_d = 0;
  for (int c = threadIdx.x % WARP_SIZE; c < width; c += WARP_SIZE) {
    product += mine[c] * d[c];
    of_x += mine[c] * mine[c];
    of_d += d[c] * d[c];
  }
  product = warp_sum(product);
  of_x = warp_sum(of_x);
  of_d = warp_sum(of_d);
  if (product == 0 || of_d == 0) {
    return;
  }
  const float divisor = (norms_of_x == 0 ? 1 : sqrtf(of_x)) *
                        (norms_of_direction == 2 ? of_d : sqrtf(of_d));
  const float factor = -strength * product / divisor;
  for (int c = threadIdx.x % WARP_SIZE; c < width; c += WARP_SIZE) {
    mine[c] += factor * d[c];
  }
}
KERNEL_END(ranges_remove_along_fp32)
