// Softmax cross-entropy over rows of logits [M, V], in nats; a row whose target is negative is
// ignored: its loss and its gradient are 0. Rows lie `stride` logits apart, V at least.
//
//   loss[m] = log Σ e^(x − max) − (x[target] − max)
//   forward_backward  also dLogits = scale (softmax(x) − onehot(target)), in place of the logits
//   forward           also the index of the largest logit of a row, the first of equals; a NaN is
//                     never the largest
//
// To be moved, with E bytes an element: forward_backward 2 E M V (a row read for its maximum and sum
// and read again, from the cache, for its gradient), forward E M V. The logits of Pythia-160M at
// B = 96, T = 512 are 2.5e9 elements, beyond 32-bit indices; 5 GB in bf16, the largest tensor of
// all. About 10 FLOPs an element: bound by memory.
//
// Version: a block a row; each thread goes through its columns once with a running maximum and a
// running sum (Milakov, Gimelshein 2018), the block joins them in a fixed order. A NaN makes the
// sum one, and so the loss and all the gradient of its row, and of no other.

#include "largest.cuh"
#include "softmax.cuh"

template <typename T>
__device__ __forceinline__ float loss_of(const T* row, int target, RowSum all) {
  return logf(all.sum) - (to_float(row[target]) - all.max);
}

template <typename T>
__device__ __forceinline__ void forward_backward(
    T* logits, float* losses, const int* targets, float scale, int width, int stride) {
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  const int64_t m = blockIdx.x;
  T* row = logits + m * stride;
  const int target = targets[m];
  if (target < 0) {
    if (threadIdx.x == 0) {
      losses[m] = 0;
    }
    for (int c = threadIdx.x; c < width; c += blockDim.x) {
      row[c] = from_float<T>(0);
    }
    return;
  }
  const RowSum all = row_sum(row, width, 1, scratch);
  const float factor = scale / all.sum;
  for (int c = threadIdx.x; c < width; c += blockDim.x) {
    if (c == target) {
      losses[m] = loss_of(row, target, all);
    }
    const float gradient = expf(to_float(row[c]) - all.max) * factor;
    row[c] = from_float<T>(c == target ? gradient - scale : gradient);
  }
}

template <typename T>
__device__ __forceinline__ Largest largest_of(const T* row, int width) {
  Largest best = {-FLT_MAX, width};
  for (int c = threadIdx.x; c < width; c += blockDim.x) {
    best = larger(best, {to_float(row[c]), c});
  }
  return best;
}

template <typename T>
__device__ __forceinline__ void forward(
    float* losses, int* largest, const T* logits, const int* targets, int width, int stride) {
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  int* indices = shared.tile<int>(BLOCK_SCRATCH);
  const int64_t m = blockIdx.x;
  const T* row = logits + m * stride;
  const RowSum all = row_sum(row, width, 1, scratch);
  const int index = index_of_largest(largest_of(row, width), width, scratch, indices);
  if (threadIdx.x == 0) {
    losses[m] = targets[m] < 0 ? 0 : loss_of(row, targets[m], all);
    largest[m] = index;
  }
}

// Launch: block 256, grid M; forward_backward 128 bytes of shared memory, forward 256.
#define CROSSENTROPY_KERNELS(TYPE, SUFFIX)                                                     \
  KERNEL(crossentropy_forward_backward_##SUFFIX)                                               \
  (TYPE* logits, float* losses, const int* targets, const float* scale, int width,             \
   int stride) {                                                                               \
    forward_backward(logits, losses, targets, *scale, width, stride);                          \
  }                                                                                            \
  KERNEL_END(crossentropy_forward_backward_##SUFFIX)                                           \
  KERNEL(crossentropy_forward_##SUFFIX)                                                        \
  (float* losses, int* largest, const TYPE* logits, const int* targets, int width,             \
   int stride) {                                                                               \
    forward(losses, largest, logits, targets, width, stride);                                  \
  }                                                                                            \
  KERNEL_END(crossentropy_forward_##SUFFIX)

CROSSENTROPY_KERNELS(float, fp32)
CROSSENTROPY_KERNELS(bf16, bf16)

/**
 * Puts the loss's scale where forward_backward reads it, for a captured graph would replay an old
 * one.
 *
 * <p>Launch: one block of one thread.
 */
KERNEL(crossentropy_scale_fp32)(float* out, float scale) { *out = scale; }
KERNEL_END_LOOP(crossentropy_scale_fp32)
