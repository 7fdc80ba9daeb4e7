// Sums of ranges.cu by accesses of 16 bytes: four elements a thread, in the segments that begin at a
// multiple of four; in others an element at a time.
//
//   squares  partials[block] = Σ x² over the block's part of a trained segment, 4 bytes an element
//
// 2 FLOPs an element: bound by memory. Pythia-160M, 162 million gradients: 649 MB, 194 µs of an H100.

#include "reduce.cuh"
#include "segments.cuh"
#include "vectors.cuh"

/** Launch: block 256, grid the blocks of the segment table, 128 bytes of shared memory. */
KERNEL(ranges_wide_squares_fp32)
(float* partials, const float* x, const Segment* segments, int count) {
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  const SegmentPart part = part_of(segments, count, blockIdx.x);
  const int64_t end = end_of_chunks(part);
  float sum = 0;
  for (int64_t i = part.start + threadIdx.x * SEGMENT_CHUNK; i < end;
       i += blockDim.x * SEGMENT_CHUNK) {
    float chunk[SEGMENT_CHUNK];
    load_wide(chunk, x + i);
#pragma unroll
    for (int j = 0; j < SEGMENT_CHUNK; j++) {
      sum += chunk[j] * chunk[j];
    }
  }
  for (int64_t i = end + threadIdx.x; i < part.end; i += blockDim.x) {
    sum += x[i] * x[i];
  }
  sum = block_sum(sum, scratch);
  if (threadIdx.x == 0) {
    partials[blockIdx.x] = sum;
  }
}
KERNEL_END(ranges_wide_squares_fp32)
