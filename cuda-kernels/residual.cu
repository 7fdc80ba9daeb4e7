// What happens to rows of activations besides the products: biases, residual sums, copies between
// types, and picking rows out and putting them back. out, in [N, C], bias [C], indices [M].
//
//   bias           out[n] += bias                                2 E N C bytes
//   fill_bias      out[n] = bias: what a product adds to         E N C
//   bias_add       out[n] += in[n] + bias: a branch joins        3 E N C
//   add            out += in                                     3 E size
//   copy, convert  out = in, convert from the other type         2 E size, (2 + 4) size
//   zero           out = 0                                       E size
//   gather         out[m] = in[indices[m]]                       2 E M C
//   scatter        out[indices[m]] = in[m]                       2 E M C
//   bias_gradient  partials[part] = Σ dOut[n] over 256 rows      E N C (+ 4 C ⌈N/256⌉)
//   sum_partials   dBias += Σ partials
//
// E is the size of an element. At most one addition an element: all bound by memory.
//
// Version: an element a thread, neighbours on neighbouring columns. The bias gradient is a sum down
// the columns in two steps (reduce.cuh), so that no atomics are needed and the order is fixed.

#include "reduce.cuh"

/** What a kernel does with row and column, for a block of blockDim.x columns of blockDim.y rows. */
template <typename Body>
__device__ __forceinline__ void each_of_rows(int64_t rows, int width, Body body) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  if (column >= width) {
    return;
  }
  const int64_t step = static_cast<int64_t>(gridDim.y) * blockDim.y;
  for (int64_t row = static_cast<int64_t>(blockIdx.y) * blockDim.y + threadIdx.y; row < rows;
       row += step) {
    body(row, column);
  }
}

__device__ __forceinline__ int64_t element() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

template <typename T>
__device__ __forceinline__ void add_bias(T* out, const T* bias, int64_t rows, int width) {
  each_of_rows(rows, width, [=](int64_t row, int column) {
    T& here = out[row * width + column];
    here = from_float<T>(to_float(here) + to_float(bias[column]));
  });
}

template <typename T>
__device__ __forceinline__ void fill_bias(T* out, const T* bias, int64_t rows, int width) {
  each_of_rows(rows, width,
               [=](int64_t row, int column) { out[row * width + column] = bias[column]; });
}

template <typename T>
__device__ __forceinline__ void add_branch(
    T* out, const T* in, const T* bias, int64_t rows, int width) {
  each_of_rows(rows, width, [=](int64_t row, int column) {
    const int64_t at = row * width + column;
    out[at] = from_float<T>(to_float(out[at]) + (to_float(in[at]) + to_float(bias[column])));
  });
}

template <typename T>
__device__ __forceinline__ void gather(
    T* out, const T* in, const int* indices, int64_t rows, int width) {
  each_of_rows(rows, width, [=](int64_t row, int column) {
    out[row * width + column] = in[static_cast<int64_t>(indices[row]) * width + column];
  });
}

template <typename T>
__device__ __forceinline__ void scatter(
    T* out, const T* in, const int* indices, int64_t rows, int width) {
  each_of_rows(rows, width, [=](int64_t row, int column) {
    out[static_cast<int64_t>(indices[row]) * width + column] = in[row * width + column];
  });
}

template <typename T>
__device__ __forceinline__ void bias_gradient(
    float* partials, const T* d_out, int64_t rows, int width) {
  SharedMemory shared;
  float* tile = shared.tile<float>(COLUMN_BLOCK);
  const int column = blockIdx.x * WARP_SIZE + threadIdx.x % WARP_SIZE;
  const int64_t first = static_cast<int64_t>(blockIdx.y) * ROWS_A_PART;
  const int64_t end = first + ROWS_A_PART < rows ? first + ROWS_A_PART : rows;
  float sum = 0;
  if (column < width) {
    for (int64_t row = first + threadIdx.x / WARP_SIZE; row < end; row += COLUMN_LANES) {
      sum += to_float(d_out[row * width + column]);
    }
  }
  sum = column_sum(sum, tile);
  if (threadIdx.x < WARP_SIZE && column < width) {
    partials[static_cast<int64_t>(blockIdx.y) * width + column] = sum;
  }
}

// Launch: bias, fill_bias, bias_add, gather and scatter by rows (block min(256, C to a multiple of 32) × 256 /
// that; grid ⌈C / x⌉ × at most 65535); add, copy, convert and zero by elements (block 256, grid
// ⌈size / 256⌉); bias_gradient block 256, grid ⌈C / 32⌉ × ⌈N / 256⌉, sum_partials block 256, grid
// ⌈C / 32⌉, both with 1024 bytes of shared memory.
#define RESIDUAL_KERNELS(TYPE, SUFFIX, OTHER)                                                  \
  KERNEL(residual_bias_##SUFFIX)(TYPE* out, const TYPE* bias, int64_t rows, int width) {       \
    add_bias(out, bias, rows, width);                                                          \
  }                                                                                            \
  KERNEL_END_LOOP(residual_bias_##SUFFIX)                                                      \
  KERNEL(residual_fill_bias_##SUFFIX)(TYPE* out, const TYPE* bias, int64_t rows, int width) {  \
    fill_bias(out, bias, rows, width);                                                         \
  }                                                                                            \
  KERNEL_END_LOOP(residual_fill_bias_##SUFFIX)                                                 \
  KERNEL(residual_bias_add_##SUFFIX)                                                           \
  (TYPE* out, const TYPE* in, const TYPE* bias, int64_t rows, int width) {                     \
    add_branch(out, in, bias, rows, width);                                                    \
  }                                                                                            \
  KERNEL_END_LOOP(residual_bias_add_##SUFFIX)                                                  \
  KERNEL(residual_add_##SUFFIX)(TYPE* out, const TYPE* in, int64_t size) {                     \
    const int64_t i = element();                                                               \
    if (i < size) {                                                                            \
      out[i] = from_float<TYPE>(to_float(out[i]) + to_float(in[i]));                           \
    }                                                                                          \
  }                                                                                            \
  KERNEL_END_LOOP(residual_add_##SUFFIX)                                                       \
  KERNEL(residual_copy_##SUFFIX)(TYPE* out, const TYPE* in, int64_t size) {                    \
    const int64_t i = element();                                                               \
    if (i < size) {                                                                            \
      out[i] = in[i];                                                                          \
    }                                                                                          \
  }                                                                                            \
  KERNEL_END_LOOP(residual_copy_##SUFFIX)                                                      \
  KERNEL(residual_convert_##SUFFIX)(TYPE* out, const OTHER* in, int64_t size) {                \
    const int64_t i = element();                                                               \
    if (i < size) {                                                                            \
      out[i] = from_float<TYPE>(to_float(in[i]));                                              \
    }                                                                                          \
  }                                                                                            \
  KERNEL_END_LOOP(residual_convert_##SUFFIX)                                                   \
  KERNEL(residual_zero_##SUFFIX)(TYPE* out, int64_t size) {                                    \
    const int64_t i = element();                                                               \
    if (i < size) {                                                                            \
      out[i] = from_float<TYPE>(0);                                                            \
    }                                                                                          \
  }                                                                                            \
  KERNEL_END_LOOP(residual_zero_##SUFFIX)                                                      \
  KERNEL(residual_gather_##SUFFIX)                                                             \
  (TYPE* out, const TYPE* in, const int* indices, int64_t rows, int width) {                   \
    gather(out, in, indices, rows, width);                                                     \
  }                                                                                            \
  KERNEL_END_LOOP(residual_gather_##SUFFIX)                                                    \
  KERNEL(residual_scatter_##SUFFIX)                                                            \
  (TYPE* out, const TYPE* in, const int* indices, int64_t rows, int width) {                   \
    scatter(out, in, indices, rows, width);                                                    \
  }                                                                                            \
  KERNEL_END_LOOP(residual_scatter_##SUFFIX)                                                   \
  KERNEL(residual_bias_gradient_##SUFFIX)                                                      \
  (float* partials, const TYPE* d_out, int64_t rows, int width) {                              \
    bias_gradient(partials, d_out, rows, width);                                               \
  }                                                                                            \
  KERNEL_END(residual_bias_gradient_##SUFFIX)

RESIDUAL_KERNELS(float, fp32, bf16)
RESIDUAL_KERNELS(bf16, bf16, float)

KERNEL(residual_sum_partials_fp32)(float* d_bias, const float* partials, int parts, int width) {
  add_partials(d_bias, partials, parts, width, width);
}
KERNEL_END(residual_sum_partials_fp32)
