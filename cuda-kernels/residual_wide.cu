// The operations of residual.cu on rows of activations by accesses of 16 bytes: rows C of whole chunks,
// 8 elements of bf16 or 4 of fp32. The bytes are those that stand there, and of fill_bias, out[n] =
// bias, E N C; all are bound by memory.
//
// Version: a chunk a thread; the bias gradient as in gelu_wide.cu.

#include "wide.cuh"

template <typename T>
__device__ __forceinline__ void add_bias(T* out, const T* bias, int64_t rows, int width) {
  constexpr int N = WIDE<T>;
  each_chunk<T>(rows, width, [=](int64_t row, int column) {
    float x[N];
    float b[N];
    load_wide(x, out + row * width + column);
    load_wide(b, bias + column);
#pragma unroll
    for (int j = 0; j < N; j++) {
      x[j] += b[j];
    }
    store_wide(out + row * width + column, x);
  });
}

/** A bias in every row: what a product that adds to it starts from. */
template <typename T>
__device__ __forceinline__ void fill_bias(T* out, const T* bias, int64_t rows, int width) {
  each_chunk<T>(rows, width, [=](int64_t row, int column) {
    store_words(out + row * width + column, load_words(bias + column));
  });
}

template <typename T>
__device__ __forceinline__ void gather(
    T* out, const T* in, const int* indices, int64_t rows, int width) {
  each_chunk<T>(rows, width, [=](int64_t row, int column) {
    const int64_t from = static_cast<int64_t>(indices[row]) * width + column;
    store_words(out + row * width + column, load_words(in + from));
  });
}

template <typename T>
__device__ __forceinline__ void scatter(
    T* out, const T* in, const int* indices, int64_t rows, int width) {
  each_chunk<T>(rows, width, [=](int64_t row, int column) {
    const int64_t to = static_cast<int64_t>(indices[row]) * width + column;
    store_words(out + to, load_words(in + row * width + column));
  });
}

/** The first element of this thread's chunk. */
template <typename T>
__device__ __forceinline__ int64_t element() {
  return (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * WIDE<T>;
}

template <typename T>
__device__ __forceinline__ void add(T* out, const T* in, int64_t size) {
  constexpr int N = WIDE<T>;
  const int64_t i = element<T>();
  if (i < size) {
    float x[N];
    float y[N];
    load_wide(x, out + i);
    load_wide(y, in + i);
#pragma unroll
    for (int j = 0; j < N; j++) {
      x[j] += y[j];
    }
    store_wide(out + i, x);
  }
}

// Launch: bias, fill_bias, gather and scatter by rows of chunks (block min(256, chunks to a multiple
// of 32) × 256 / that; grid ⌈chunks / x⌉ × at most 65535); add, copy and zero by chunks (block 256,
// grid ⌈chunks / 256⌉); bias_gradient block 256, grid ⌈chunks / 32⌉ × ⌈N / 256⌉, 1024 N bytes of shared
// memory for chunks of N elements.
#define RESIDUAL_WIDE_KERNELS(TYPE, SUFFIX)                                                    \
  KERNEL(residual_wide_bias_##SUFFIX)                                                          \
  (TYPE* out, const TYPE* bias, int64_t rows, int width) {                                     \
    add_bias(out, bias, rows, width);                                                          \
  }                                                                                            \
  KERNEL_END_LOOP(residual_wide_bias_##SUFFIX)                                                 \
  KERNEL(residual_wide_fill_bias_##SUFFIX)                                                     \
  (TYPE* out, const TYPE* bias, int64_t rows, int width) {                                     \
    fill_bias(out, bias, rows, width);                                                         \
  }                                                                                            \
  KERNEL_END_LOOP(residual_wide_fill_bias_##SUFFIX)                                            \
  KERNEL(residual_wide_add_##SUFFIX)(TYPE* out, const TYPE* in, int64_t size) {                \
    add(out, in, size);                                                                        \
  }                                                                                            \
  KERNEL_END_LOOP(residual_wide_add_##SUFFIX)                                                  \
  KERNEL(residual_wide_copy_##SUFFIX)(TYPE* out, const TYPE* in, int64_t size) {               \
    const int64_t i = element<TYPE>();                                                         \
    if (i < size) {                                                                            \
      store_words(out + i, load_words(in + i));                                                \
    }                                                                                          \
  }                                                                                            \
  KERNEL_END_LOOP(residual_wide_copy_##SUFFIX)                                                 \
  KERNEL(residual_wide_zero_##SUFFIX)(TYPE* out, int64_t size) {                               \
    const int64_t i = element<TYPE>();                                                         \
    if (i < size) {                                                                            \
      store_words(out + i, make_uint4(0, 0, 0, 0));                                            \
    }                                                                                          \
  }                                                                                            \
  KERNEL_END_LOOP(residual_wide_zero_##SUFFIX)                                                 \
  KERNEL(residual_wide_gather_##SUFFIX)                                                        \
  (TYPE* out, const TYPE* in, const int* indices, int64_t rows, int width) {                   \
    gather(out, in, indices, rows, width);                                                     \
  }                                                                                            \
  KERNEL_END_LOOP(residual_wide_gather_##SUFFIX)                                               \
  KERNEL(residual_wide_scatter_##SUFFIX)                                                       \
  (TYPE* out, const TYPE* in, const int* indices, int64_t rows, int width) {                   \
    scatter(out, in, indices, rows, width);                                                    \
  }                                                                                            \
  KERNEL_END_LOOP(residual_wide_scatter_##SUFFIX)                                              \
  KERNEL(residual_wide_bias_gradient_##SUFFIX)                                                 \
  (float* partials, const TYPE* d_out, int64_t rows, int width) {                              \
    column_sums<TYPE>(partials, rows, width,                                                   \
                      [=](float(&x)[WIDE<TYPE>], int64_t at) { load_wide(x, d_out + at); });   \
  }                                                                                            \
  KERNEL_END(residual_wide_bias_gradient_##SUFFIX)

RESIDUAL_WIDE_KERNELS(float, fp32)
RESIDUAL_WIDE_KERNELS(bf16, bf16)
