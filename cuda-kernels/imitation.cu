// Losses that hold a row of logits [M, V] against another model's, in fp32 [M, V]; the gradient of
// scale · Σ losses takes the place of the logits, whose rows lie `stride` apart.
//
//   distillation   losses[m] = T² Σ p (log p − log q), p = softmax(teacher / T),
//                  q = softmax(logits / T); dLogits = scale T (q − p)   (Hinton et al. 2015)
//   squared_error  losses[m] = Σ (logits − wanted)²; dLogits = 2 scale (logits − wanted); without
//                  anything wanted, zeros are
//
// To be moved, with E bytes a logit: (2 E + 4) M V; the second reading of a row comes from the
// cache. About 25 and 4 FLOPs an element: bound by memory.
//
// Version: a block a row, as in crossentropy.cu.

#include "softmax.cuh"

template <typename T>
__device__ __forceinline__ void distill(
    T* logits, float* losses, const float* teacher, float temperature, float scale, int width,
    int stride) {
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  const int64_t m = blockIdx.x;
  T* row = logits + m * stride;
  const float* wanted = teacher + m * width;
  const float cooler = 1 / temperature;
  const RowSum p = row_sum(wanted, width, cooler, scratch);
  const RowSum q = row_sum(row, width, cooler, scratch);
  const float log_p_sum = logf(p.sum);
  const float log_q_sum = logf(q.sum);
  float divergence = 0;
  for (int c = threadIdx.x; c < width; c += blockDim.x) {
    const float log_p = cooler * wanted[c] - p.max - log_p_sum;
    const float log_q = cooler * to_float(row[c]) - q.max - log_q_sum;
    const float of_teacher = expf(log_p);
    const float more = expf(log_q) - of_teacher; // Σ is 0; with it no summand is negative
    divergence += of_teacher * (log_p - log_q) + more;
    row[c] = from_float<T>(scale * temperature * more);
  }
  divergence = block_sum(divergence, scratch);
  if (threadIdx.x == 0) {
    losses[m] = temperature * temperature * divergence;
  }
}

template <typename T>
__device__ __forceinline__ void squared_error(
    T* logits, float* losses, const float* all_wanted, float scale, int width, int stride) {
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  const int64_t m = blockIdx.x;
  T* row = logits + m * stride;
  float sum = 0;
  for (int c = threadIdx.x; c < width; c += blockDim.x) {
    const float wanted = all_wanted == nullptr ? 0 : all_wanted[m * width + c];
    const float error = to_float(row[c]) - wanted;
    sum += error * error;
    row[c] = from_float<T>(2 * scale * error);
  }
  sum = block_sum(sum, scratch);
  if (threadIdx.x == 0) {
    losses[m] = sum;
  }
}

// Launch: block 256, grid M, 128 bytes of shared memory.
#define IMITATION_KERNELS(TYPE, SUFFIX)                                                        \
  KERNEL(imitation_distillation_##SUFFIX)                                                      \
  (TYPE* logits, float* losses, const float* teacher, float temperature, float scale,          \
   int width, int stride) {                                                                    \
    distill(logits, losses, teacher, temperature, scale, width, stride);                       \
  }                                                                                            \
  KERNEL_END(imitation_distillation_##SUFFIX)                                                  \
  KERNEL(imitation_squared_error_##SUFFIX)                                                     \
  (TYPE* logits, float* losses, const float* wanted, float scale, int width, int stride) {     \
    squared_error(logits, losses, wanted, scale, width, stride);                               \
  }                                                                                            \
  KERNEL_END(imitation_squared_error_##SUFFIX)

IMITATION_KERNELS(float, fp32)
IMITATION_KERNELS(bf16, bf16)
