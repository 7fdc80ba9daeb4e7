// The step of adamw.cu by accesses of 16 bytes: four elements a thread, in the segments that begin at a
// multiple of four; in others an element at a time. 32 bytes a trained element, 34 with the bf16 copy,
// and about 15 FLOPs: bound by memory. Pythia-160M, 162 million parameters: 5.5 GB, 1.65 ms of an H100.
//
// Version: a block of 256 threads takes 2048 elements of one segment (segments.cuh), two chunks a
// thread; the last elements of a segment, less than a chunk, go one by one.

#include "adamw.cuh"
#include "vectors.cuh"

/** Four elements from i on, as fp32; the new weights stay in `weight`. */
__device__ __forceinline__ void step_chunk(
    float (&weight)[SEGMENT_CHUNK], float* weights, float* gradients, float* moment1,
    float* moment2, int64_t i, const Scalars& s, float keep, float rate) {
  float gradient[SEGMENT_CHUNK];
  float first[SEGMENT_CHUNK];
  float second[SEGMENT_CHUNK];
  load_wide(weight, weights + i);
  load_wide(gradient, gradients + i);
  load_wide(first, moment1 + i);
  load_wide(second, moment2 + i);
#pragma unroll
  for (int j = 0; j < SEGMENT_CHUNK; j++) {
    step(weight[j], gradient[j], first[j], second[j], s, keep, rate);
  }
  store_wide(weights + i, weight);
  store_wide(gradients + i, gradient);
  store_wide(moment1 + i, first);
  store_wide(moment2 + i, second);
}

/** Launch: block 256, grid the blocks of the segment table; no shared memory. */
KERNEL(adamw_wide_step_fp32)
(float* weights, float* gradients, float* moment1, float* moment2, const Scalars* scalars,
 const Segment* segments, int count) {
  const SegmentPart part = part_of(segments, count, blockIdx.x);
  const Scalars s = *scalars;
  const float keep = part.decays ? 1 - part.rate_scale * s.decay : 1;
  const float rate = part.rate_scale * s.rate;
  const int64_t end = end_of_chunks(part);
  for (int64_t i = part.start + threadIdx.x * SEGMENT_CHUNK; i < end;
       i += blockDim.x * SEGMENT_CHUNK) {
    float weight[SEGMENT_CHUNK];
    step_chunk(weight, weights, gradients, moment1, moment2, i, s, keep, rate);
  }
  for (int64_t i = end + threadIdx.x; i < part.end; i += blockDim.x) {
    step(weights[i], gradients[i], moment1[i], moment2[i], s, keep, rate);
  }
}
KERNEL_END_LOOP(adamw_wide_step_fp32)

/** The same, and compute is the bf16 copy. */
KERNEL(adamw_wide_step_bf16)
(float* weights, bf16* compute, float* gradients, float* moment1, float* moment2,
 const Scalars* scalars, const Segment* segments, int count) {
  const SegmentPart part = part_of(segments, count, blockIdx.x);
  const Scalars s = *scalars;
  const float keep = part.decays ? 1 - part.rate_scale * s.decay : 1;
  const float rate = part.rate_scale * s.rate;
  const int64_t end = end_of_chunks(part);
  for (int64_t i = part.start + threadIdx.x * SEGMENT_CHUNK; i < end;
       i += blockDim.x * SEGMENT_CHUNK) {
    float weight[SEGMENT_CHUNK];
    step_chunk(weight, weights, gradients, moment1, moment2, i, s, keep, rate);
    *reinterpret_cast<uint2*>(compute + i) =
        make_uint2(pack(weight[0], weight[1]), pack(weight[2], weight[3]));
  }
  for (int64_t i = end + threadIdx.x; i < part.end; i += blockDim.x) {
    step(weights[i], gradients[i], moment1[i], moment2[i], s, keep, rate);
    compute[i] = from_float<bf16>(weights[i]);
  }
}
KERNEL_END_LOOP(adamw_wide_step_bf16)
