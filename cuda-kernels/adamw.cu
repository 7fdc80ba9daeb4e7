// AdamW (Loshchilov and Hutter 2019, as in PyTorch) over the flat buffers of all parameters, in one
// launch: weights, gradients, moments [P] in fp32, and a bf16 copy of the weights where the products
// read one. For every element of a segment that is trained, with the learning rate η s of its
// segment and the decay λ where the segment decays:
//
//   g ← scale · gradient            scale clips the gradient's norm
//   m ← β₁ m + (1 − β₁) g           v ← β₂ v + (1 − β₂) g²
//   w ← w (1 − η s λ) − η s/(1 − β₁ᵗ) m / (√v / √(1 − β₂ᵗ) + ε)
//   gradient ← 0
//
// To be moved: 32 bytes a trained element (w, g, m, v read and written), 34 with the bf16 copy, of
// which 4 are the gradient set to zero here and not in a pass of its own. About 15 FLOPs: bound by
// memory. Frozen segments are not in the table, so nothing of theirs is read or written.
//
// Everything that changes from step to step is read from device memory, so that a captured graph
// does not replay an old learning rate: adamw_scalars puts it there, or the host, and adamw_clip what
// follows from the gradient's norm.
//
// Version: a block of 256 threads takes 2048 elements of one segment (segments.cuh).

#include "adamw.cuh"

/** Launch: one block of one thread. */
KERNEL(adamw_scalars_fp32)
(Scalars* out, float scale, float beta1, float rest1, float beta2, float rest2,
 float inverse_root2, float epsilon, float rate, float decay) {
  *out = {scale, beta1, rest1, beta2, rest2, inverse_root2, epsilon, rate, decay, 1, 0};
}
KERNEL_END_LOOP(adamw_scalars_fp32)

/**
 * The scale, from the square of the gradient's norm; a norm that is not finite updates nothing.
 *
 * <p>Launch: one block of one thread.
 */
KERNEL(adamw_clip_fp32)(Scalars* scalars, const double* squares) {
  const double norm = sqrt(*squares);
  const double clip = scalars->clip;
  scalars->scale = clip > 0 && norm > clip ? static_cast<float>(clip / (norm + 1e-6)) : 1;
  scalars->updates = norm < INFINITY;
}
KERNEL_END_LOOP(adamw_clip_fp32)

/** Launch: block 256, grid the blocks of the segment table; no shared memory. */
KERNEL(adamw_step_fp32)
(float* weights, float* gradients, float* moment1, float* moment2, const Scalars* scalars,
 const Segment* segments, int count) {
  const SegmentPart part = part_of(segments, count, blockIdx.x);
  const Scalars s = *scalars;
  const float keep = part.decays ? 1 - part.rate_scale * s.decay : 1;
  const float rate = part.rate_scale * s.rate;
  for (int64_t i = part.start + threadIdx.x; i < part.end; i += blockDim.x) {
    step(weights[i], gradients[i], moment1[i], moment2[i], s, keep, rate);
  }
}
KERNEL_END_LOOP(adamw_step_fp32)

/** The same, and compute is the bf16 copy. */
KERNEL(adamw_step_bf16)
(float* weights, bf16* compute, float* gradients, float* moment1, float* moment2,
 const Scalars* scalars, const Segment* segments, int count) {
  const SegmentPart part = part_of(segments, count, blockIdx.x);
  const Scalars s = *scalars;
  const float keep = part.decays ? 1 - part.rate_scale * s.decay : 1;
  const float rate = part.rate_scale * s.rate;
  for (int64_t i = part.start + threadIdx.x; i < part.end; i += blockDim.x) {
    step(weights[i], gradients[i], moment1[i], moment2[i], s, keep, rate);
    compute[i] = from_float<bf16>(weights[i]);
  }
}
KERNEL_END_LOOP(adamw_step_bf16)
