// The softmax cross-entropy of crossentropy.cu by accesses of 16 bytes: rows lie whole chunks apart,
// 8 logits of bf16 or 4 of fp32. V itself need not be whole chunks: what is behind it in the last
// one counts for nothing; where gradients replace logits it becomes zeros.
//
//   forward_backward  losses, and dLogits in place of the logits        2 E M V bytes
//   forward           losses, and the index of the largest logit        E M V
//
// About 12 FLOPs a logit, one of them an exponential in each pass: bound by memory. Pythia-160M at M =
// 49152, V = 50304 in bf16: 9.9 GB, 2.95 ms of an H100, the longest kernel of a step.
//
// Version: a block a row. The first pass brings the row to shared memory while it finds maximum and
// sum, a chunk's largest at a time, so that a running sum is scaled once a chunk at most; the second
// reads it there, and the row passes the memory's bus once each way. Columns from `kept` on, of a row
// that is too long, are read again from the L2. A NaN makes its row's loss and gradient one.

#include "largest.cuh"
#include "softmax.cuh"
#include "vectors.cuh"

constexpr int MOST_THREADS = 512;

/** The largest and the sum of a thread's chunks; what is read first goes to `shared` below `kept`. */
template <typename T, typename Seen>
__device__ __forceinline__ RowSum sum_chunks(
    const T* row, T* shared, int kept, int width, float* scratch, Seen seen) {
  constexpr int N = WIDE<T>;
  float max = -FLT_MAX; // not −∞, for −∞ − −∞ is no number
  float sum = 0;
#pragma unroll 4
  for (int c = threadIdx.x * N; c < width; c += blockDim.x * N) {
    const uint4 words = load_words(row + c);
    if (c < kept) {
      store_words(shared + c, words);
    }
    float x[N];
    unpack(x, words);
    if (c + N > width) {
#pragma unroll
      for (int j = 1; j < N; j++) {
        x[j] = c + j < width ? x[j] : -INFINITY;
      }
    }
    float largest = x[0];
#pragma unroll
    for (int j = 1; j < N; j++) {
      largest = fmaxf(largest, x[j]);
    }
    if (largest > max) {
      sum *= expf(max - largest);
      max = largest;
    }
#pragma unroll
    for (int j = 0; j < N; j++) {
      sum += expf(x[j] - max);
    }
    seen(x, c);
  }
  const float largest = block_max(max, scratch);
  return {largest, block_sum(sum * expf(max - largest), scratch)};
}

template <typename T>
__device__ __forceinline__ float loss_of(const T* row, int target, RowSum all) {
  return logf(all.sum) - (to_float(row[target]) - all.max);
}

template <typename T>
__device__ __forceinline__ void forward_backward(
    T* logits, float* losses, const int* targets, float scale, int width, int stride, int kept) {
  constexpr int N = WIDE<T>;
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  T* copy = shared.tile<T>(kept);
  const int64_t m = blockIdx.x;
  T* row = logits + m * stride;
  const int target = targets[m];
  if (target < 0) {
    if (threadIdx.x == 0) {
      losses[m] = 0;
    }
    for (int c = threadIdx.x * N; c < width; c += blockDim.x * N) {
      store_words(row + c, make_uint4(0, 0, 0, 0));
    }
    return;
  }
  const RowSum all = sum_chunks(row, copy, kept, width, scratch, [](const float(&)[N], int) {});
  if (threadIdx.x == target / N % blockDim.x) {
    losses[m] = loss_of(row, target, all); // by the thread that writes there
  }
  const float factor = scale / all.sum;
#pragma unroll 4
  for (int c = threadIdx.x * N; c < width; c += blockDim.x * N) {
    float x[N];
    load_wide(x, c < kept ? copy + c : row + c);
#pragma unroll
    for (int j = 0; j < N; j++) {
      const float gradient = expf(x[j] - all.max) * factor;
      x[j] = c + j == target ? gradient - scale : gradient;
    }
    if (c + N > width) {
#pragma unroll
      for (int j = 1; j < N; j++) {
        x[j] = c + j < width ? x[j] : 0;
      }
    }
    store_wide(row + c, x);
  }
}

template <typename T>
__device__ __forceinline__ void forward(
    float* losses, int* largest, const T* logits, const int* targets, int width, int stride) {
  constexpr int N = WIDE<T>;
  SharedMemory shared;
  float* scratch = shared.tile<float>(BLOCK_SCRATCH);
  int* indices = shared.tile<int>(BLOCK_SCRATCH);
  const int64_t m = blockIdx.x;
  const T* row = logits + m * stride;
  Largest best = {-FLT_MAX, width};
  const RowSum all = sum_chunks(
      row, static_cast<T*>(nullptr), 0, width, scratch, [&best](const float(&x)[N], int c) {
#pragma unroll
        for (int j = 0; j < N; j++) {
          best = larger(best, {x[j], c + j});
        }
      });
  const int index = index_of_largest(best, width, scratch, indices);
  if (threadIdx.x == 0) {
    losses[m] = targets[m] < 0 ? 0 : loss_of(row, targets[m], all);
    largest[m] = index;
  }
}

// Launch: block 32 … 512, grid M; forward_backward 128 + E kept bytes of shared memory, with kept
// whole chunks, forward 256.
#define CROSSENTROPY_WIDE_KERNELS(TYPE, SUFFIX)                                                \
  KERNEL_BOUNDS(crossentropy_wide_forward_backward_##SUFFIX, MOST_THREADS)                     \
  (TYPE* logits, float* losses, const int* targets, const float* scale, int width, int stride, \
   int kept) {                                                                                 \
    forward_backward(logits, losses, targets, *scale, width, stride, kept);                    \
  }                                                                                            \
  KERNEL_END(crossentropy_wide_forward_backward_##SUFFIX)                                      \
  KERNEL_BOUNDS(crossentropy_wide_forward_##SUFFIX, MOST_THREADS)                              \
  (float* losses, int* largest, const TYPE* logits, const int* targets, int width,             \
   int stride) {                                                                               \
    forward(losses, largest, logits, targets, width, stride);                                  \
  }                                                                                            \
  KERNEL_END(crossentropy_wide_forward_##SUFFIX)

CROSSENTROPY_WIDE_KERNELS(float, fp32)
CROSSENTROPY_WIDE_KERNELS(bf16, bf16)
