// GELU (Hendrycks and Gimpel 2016), the exact form and the one with tanh.
//
//   erf    gelu(x) = x Φ(x),  Φ(x) = ½ (1 + erf(x / √2)),  gelu′(x) = Φ(x) + x φ(x)
//   tanh   gelu(x) = ½ x (1 + tanh u),  u = √(2/π) (x + 0.044715 x³),
//          gelu′(x) = ½ (1 + tanh u) + ½ x (1 − tanh² u) u′
//
// forward   hidden[n] += bias, out = gelu(hidden); hidden, out [N, C], bias [C]
// backward  dOut *= gelu′(hidden), in place
//
// To be moved, with E bytes an element: forward 3 E N C (hidden read and written, out written),
// backward 3 E N C. About 20 to 30 FLOPs an element: bound by memory. hidden is rounded to its type
// before gelu is taken of it, so that a GELU computed again from what is kept has the same bits.
//
// Version: an element a thread. GELU of the bias in the product's epilogue would save a pass.

#include "gelu.cuh"

/** A block is blockDim.x columns of blockDim.y rows; rows beyond the grid come round again. */
template <typename Form, typename T>
__device__ __forceinline__ void forward(
    T* out, T* hidden, const T* bias, int64_t rows, int width) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  if (column >= width) {
    return;
  }
  const float shift = to_float(bias[column]);
  const int64_t step = static_cast<int64_t>(gridDim.y) * blockDim.y;
  for (int64_t row = static_cast<int64_t>(blockIdx.y) * blockDim.y + threadIdx.y; row < rows;
       row += step) {
    const int64_t at = row * width + column;
    const T sum = from_float<T>(to_float(hidden[at]) + shift);
    hidden[at] = sum;
    out[at] = from_float<T>(Form::value(to_float(sum)));
  }
}

template <typename Form, typename T>
__device__ __forceinline__ void backward(T* d_out, const T* hidden, int64_t size) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < size) {
    d_out[i] = from_float<T>(to_float(d_out[i]) * Form::slope(to_float(hidden[i])));
  }
}

// Launch: forward rows (block min(256, C to a multiple of 32) × 256 / that; grid ⌈C / x⌉ × at most
// 65535), backward elements (block 256, grid ⌈N C / 256⌉); no shared memory.
#define GELU_KERNELS(FORM, NAME, TYPE, SUFFIX)                                                 \
  KERNEL(gelu_##NAME##_forward_##SUFFIX)                                                       \
  (TYPE* out, TYPE* hidden, const TYPE* bias, int64_t rows, int width) {                       \
    forward<FORM, TYPE>(out, hidden, bias, rows, width);                                       \
  }                                                                                            \
  KERNEL_END_LOOP(gelu_##NAME##_forward_##SUFFIX)                                              \
  KERNEL(gelu_##NAME##_backward_##SUFFIX)(TYPE* d_out, const TYPE* hidden, int64_t size) {     \
    backward<FORM, TYPE>(d_out, hidden, size);                                                 \
  }                                                                                            \
  KERNEL_END_LOOP(gelu_##NAME##_backward_##SUFFIX)

GELU_KERNELS(Erf, erf, float, fp32)
GELU_KERNELS(Erf, erf, bf16, bf16)
GELU_KERNELS(Tanh, tanh, float, fp32)
GELU_KERNELS(Tanh, tanh, bf16, bf16)
