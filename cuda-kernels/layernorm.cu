// Layer norm (Ba, Kiros, Hinton 2016) and RMS norm (Zhang, Sennrich 2019) over the last dimension.
// in, out, dOut, dIn [N, C]; weight, bias [C]; mean, rstd [N] in fp32.
//
//   normal = (in − mean) rstd,  rstd = 1/√(variance + ε)      RMS: mean = 0, rstd = 1/√(mean(in²) + ε)
//   forward              out = normal · weight + bias          RMS: out = normal · weight
//   backward_input       dIn += rstd (g − mean(g) − normal · mean(g · normal)),  g = dOut · weight
//                        RMS: without mean(g)
//   backward_parameters  dWeight += Σ dOut · normal,  dBias += Σ dOut, in fp32
//
// The pair is the two norms of a parallel residual: one input, its statistics shared, two outputs;
// backward g = dOut1 · weight1 + dOut2 · weight2, for the gradient is linear in g.
//
// To be moved, with E bytes an element (Pythia-160M, N = 49152, C = 768, bf16: N C E = 75 MB):
//   forward 2 E N C, pair 3; backward_input 4 E N C (in, dOut, dIn read and written), pair 5;
//   backward_parameters 2 E N C, pair 3. 8 FLOPs an element or less: bound by memory.
//
// Version: a warp a row, in two passes over the row for the statistics (mean, then squares of what
// is left: no cancellation) and a third for the result; only the first comes from far. The gradients
// of the parameters are sums down the columns in two steps (reduce.cuh): no atomics, one order.

#include "reduce.cuh"

/** The row of this warp, of blocks of whole warps. */
__device__ __forceinline__ int64_t row_of_warp() {
  return (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / WARP_SIZE;
}

__device__ __forceinline__ int lane() { return threadIdx.x % WARP_SIZE; }

struct Statistics {
  float mean;
  float rstd;
};

template <bool CENTRED, typename T>
__device__ __forceinline__ Statistics statistics(const T* in, int width, float epsilon) {
  float mean = 0;
  if (CENTRED) {
    for (int c = lane(); c < width; c += WARP_SIZE) {
      mean += to_float(in[c]);
    }
    mean = warp_sum(mean) / width;
  }
  float squares = 0;
  for (int c = lane(); c < width; c += WARP_SIZE) {
    const float left = to_float(in[c]) - mean;
    squares += left * left;
  }
  return {mean, 1 / sqrtf(warp_sum(squares) / width + epsilon)};
}

template <typename T>
__device__ __forceinline__ void normalize(
    T* out, const T* in, Statistics s, const T* weight, const T* bias, int width) {
  for (int c = lane(); c < width; c += WARP_SIZE) {
    const float normal = (to_float(in[c]) - s.mean) * s.rstd;
    const float shift = bias == nullptr ? 0 : to_float(bias[c]);
    out[c] = from_float<T>(normal * to_float(weight[c]) + shift);
  }
}

/** One norm, or the pair where there is a second output; mean may be null. */
template <bool CENTRED, typename T>
__device__ __forceinline__ void forward(
    T* out1, T* out2, float* mean, float* rstd, const T* in, const T* weight1, const T* bias1,
    const T* weight2, const T* bias2, int64_t rows, int width, float epsilon) {
  const int64_t n = row_of_warp();
  if (n >= rows) {
    return;
  }
  const T* row = in + n * width;
  const Statistics s = statistics<CENTRED>(row, width, epsilon);
  if (lane() == 0) {
    if (CENTRED) {
      mean[n] = s.mean;
    }
    rstd[n] = s.rstd;
  }
  normalize(out1 + n * width, row, s, weight1, bias1, width);
  if (out2 != nullptr) {
    normalize(out2 + n * width, row, s, weight2, bias2, width);
  }
}

/** {@code g = dOut · weight}, of both where there is a second. */
template <typename T>
__device__ __forceinline__ float gradient(
    const T* d_out1, const T* weight1, const T* d_out2, const T* weight2, int64_t row, int c) {
  float g = to_float(d_out1[row + c]) * to_float(weight1[c]);
  if (d_out2 != nullptr) {
    g += to_float(d_out2[row + c]) * to_float(weight2[c]);
  }
  return g;
}

template <bool CENTRED, typename T>
__device__ __forceinline__ void backward_input(
    T* d_in, const T* d_out1, const T* d_out2, const T* in, const T* weight1, const T* weight2,
    const float* mean, const float* rstd, int64_t rows, int width) {
  const int64_t n = row_of_warp();
  if (n >= rows) {
    return;
  }
  const int64_t row = n * width;
  const float m = CENTRED ? mean[n] : 0;
  const float r = rstd[n];
  float sum = 0;
  float sum_normal = 0;
  for (int c = lane(); c < width; c += WARP_SIZE) {
    const float g = gradient(d_out1, weight1, d_out2, weight2, row, c);
    sum += g;
    sum_normal += g * (to_float(in[row + c]) - m) * r;
  }
  const float mean_g = CENTRED ? warp_sum(sum) / width : 0;
  const float mean_g_normal = warp_sum(sum_normal) / width;
  for (int c = lane(); c < width; c += WARP_SIZE) {
    const float g = gradient(d_out1, weight1, d_out2, weight2, row, c);
    const float normal = (to_float(in[row + c]) - m) * r;
    const float d = r * (g - mean_g - normal * mean_g_normal);
    d_in[row + c] = from_float<T>(to_float(d_in[row + c]) + d);
  }
}

/**
 * Partial sums {@code [parts, PLANES, C]}: a norm's dWeight and dBias are two planes, an RMS norm's
 * dWeight is one, a pair has four.
 */
template <int PLANES, typename T>
__device__ __forceinline__ void backward_parameters(
    float* partials, const T* d_out1, const T* d_out2, const T* in, const float* mean,
    const float* rstd, int64_t rows, int width) {
  SharedMemory shared;
  float* tile = shared.tile<float>(COLUMN_BLOCK);
  const int column = blockIdx.x * WARP_SIZE + lane();
  const int64_t first = static_cast<int64_t>(blockIdx.y) * ROWS_A_PART;
  const int64_t end = first + ROWS_A_PART < rows ? first + ROWS_A_PART : rows;
  float sums[4] = {}; // of dWeight and dBias, and of the second norm's
  if (column < width) {
    for (int64_t n = first + threadIdx.x / WARP_SIZE; n < end; n += COLUMN_LANES) {
      const int64_t at = n * width + column;
      const float normal = (to_float(in[at]) - (PLANES > 1 ? mean[n] : 0)) * rstd[n];
      const float d1 = to_float(d_out1[at]);
      sums[0] += d1 * normal;
      sums[1] += d1;
      if (PLANES == 4) {
        const float d2 = to_float(d_out2[at]);
        sums[2] += d2 * normal;
        sums[3] += d2;
      }
    }
  }
  float* out = partials + static_cast<int64_t>(blockIdx.y) * PLANES * width + column;
  const bool writes = threadIdx.x < WARP_SIZE && column < width;
#pragma unroll
  for (int plane = 0; plane < PLANES; plane++) {
    const float sum = column_sum(sums[plane], tile);
    if (writes) {
      out[static_cast<int64_t>(plane) * width] = sum;
    }
  }
}

// Launch: forward and backward_input block 256, grid ⌈N / 8⌉, no shared memory; backward_parameters
// block 256, grid ⌈C / 32⌉ × ⌈N / 256⌉, 1024 bytes of shared memory.
#define LAYERNORM_KERNELS(TYPE, SUFFIX)                                                        \
  KERNEL(layernorm_forward_##SUFFIX)                                                           \
  (TYPE* out, float* mean, float* rstd, const TYPE* in, const TYPE* weight, const TYPE* bias,  \
   int64_t rows, int width, float epsilon) {                                                   \
    forward<true, TYPE>(out, nullptr, mean, rstd, in, weight, bias, nullptr, nullptr, rows,    \
                        width, epsilon);                                                       \
  }                                                                                            \
  KERNEL_END(layernorm_forward_##SUFFIX)                                                       \
  KERNEL(layernorm_pair_forward_##SUFFIX)                                                      \
  (TYPE* out1, TYPE* out2, float* mean, float* rstd, const TYPE* in, const TYPE* weight1,      \
   const TYPE* bias1, const TYPE* weight2, const TYPE* bias2, int64_t rows, int width,         \
   float epsilon) {                                                                            \
    forward<true, TYPE>(out1, out2, mean, rstd, in, weight1, bias1, weight2, bias2, rows,      \
                        width, epsilon);                                                       \
  }                                                                                            \
  KERNEL_END(layernorm_pair_forward_##SUFFIX)                                                  \
  KERNEL(layernorm_rms_forward_##SUFFIX)                                                       \
  (TYPE* out, float* rstd, const TYPE* in, const TYPE* weight, int64_t rows, int width,        \
   float epsilon) {                                                                            \
    forward<false, TYPE>(out, nullptr, nullptr, rstd, in, weight, nullptr, nullptr, nullptr,   \
                         rows, width, epsilon);                                                \
  }                                                                                            \
  KERNEL_END(layernorm_rms_forward_##SUFFIX)                                                   \
  KERNEL(layernorm_backward_input_##SUFFIX)                                                    \
  (TYPE* d_in, const TYPE* d_out, const TYPE* in, const TYPE* weight, const float* mean,       \
   const float* rstd, int64_t rows, int width) {                                               \
    backward_input<true, TYPE>(d_in, d_out, nullptr, in, weight, nullptr, mean, rstd, rows,    \
                               width);                                                         \
  }                                                                                            \
  KERNEL_END(layernorm_backward_input_##SUFFIX)                                                \
  KERNEL(layernorm_pair_backward_input_##SUFFIX)                                               \
  (TYPE* d_in, const TYPE* d_out1, const TYPE* d_out2, const TYPE* in, const TYPE* weight1,    \
   const TYPE* weight2, const float* mean, const float* rstd, int64_t rows, int width) {       \
    backward_input<true, TYPE>(d_in, d_out1, d_out2, in, weight1, weight2, mean, rstd, rows,   \
                               width);                                                         \
  }                                                                                            \
  KERNEL_END(layernorm_pair_backward_input_##SUFFIX)                                           \
  KERNEL(layernorm_rms_backward_input_##SUFFIX)                                                \
  (TYPE* d_in, const TYPE* d_out, const TYPE* in, const TYPE* weight, const float* rstd,       \
   int64_t rows, int width) {                                                                  \
    backward_input<false, TYPE>(d_in, d_out, nullptr, in, weight, nullptr, nullptr, rstd,      \
                                rows, width);                                                  \
  }                                                                                            \
  KERNEL_END(layernorm_rms_backward_input_##SUFFIX)                                            \
  KERNEL(layernorm_backward_parameters_##SUFFIX)                                               \
  (float* partials, const TYPE* d_out, const TYPE* in, const float* mean, const float* rstd,   \
   int64_t rows, int width) {                                                                  \
    backward_parameters<2, TYPE>(partials, d_out, nullptr, in, mean, rstd, rows, width);    \
  }                                                                                            \
  KERNEL_END(layernorm_backward_parameters_##SUFFIX)                                           \
  KERNEL(layernorm_pair_backward_parameters_##SUFFIX)                                          \
  (float* partials, const TYPE* d_out1, const TYPE* d_out2, const TYPE* in,                    \
   const float* mean, const float* rstd, int64_t rows, int width) {                            \
    backward_parameters<4, TYPE>(partials, d_out1, d_out2, in, mean, rstd, rows, width);    \
  }                                                                                            \
  KERNEL_END(layernorm_pair_backward_parameters_##SUFFIX)                                      \
  KERNEL(layernorm_rms_backward_parameters_##SUFFIX)                                           \
  (float* partials, const TYPE* d_out, const TYPE* in, const float* rstd, int64_t rows,        \
   int width) {                                                                                \
    backward_parameters<1, TYPE>(partials, d_out, nullptr, in, nullptr, rstd, rows, width);    \
  }                                                                                            \
  KERNEL_END(layernorm_rms_backward_parameters_##SUFFIX)

LAYERNORM_KERNELS(float, fp32)
LAYERNORM_KERNELS(bf16, bf16)

/**
 * Adds the partial sums {@code [parts, planes, C]} to as many gradients, those that are not null.
 *
 * <p>Launch: block 256, grid ⌈C / 32⌉ × planes, 1024 bytes of shared memory.
 */
KERNEL(layernorm_sum_parameters_fp32)
(float* d_weight1, float* d_bias1, float* d_weight2, float* d_bias2, const float* partials,
 int parts, int width) {
  const int plane = blockIdx.y;
  float* out = plane == 0 ? d_weight1 : plane == 1 ? d_bias1 : plane == 2 ? d_weight2 : d_bias2;
  const int64_t stride = static_cast<int64_t>(gridDim.y) * width;
  if (out == nullptr) {
    return; // the whole block
  }
  add_partials(out, partials + static_cast<int64_t>(plane) * width, parts, stride, width);
}
KERNEL_END(layernorm_sum_parameters_fp32)
