// GELU (Hendrycks and Gimpel 2016), the exact form and the one with tanh.
//
//   erf    gelu(x) = x Φ(x),  Φ(x) = ½ (1 + erf(x / √2)),  gelu′(x) = Φ(x) + x φ(x)
//   tanh   gelu(x) = ½ x (1 + tanh u),  u = √(2/π) (x + 0.044715 x³),
//          gelu′(x) = ½ (1 + tanh u) + ½ x (1 − tanh² u) u′
//
// forward   out = gelu(hidden); hidden, out [N, C]
// backward  dOut *= gelu′(hidden), in place
//
// To be moved, with E bytes an element: forward 2 E N C, backward 3 E N C. About 20 to 30 FLOPs an
// element: bound by memory. The product that makes hidden adds the bias; hidden is rounded to its type
// before gelu is taken of it, so that a GELU computed again from what is kept has the same bits.
//
// Version: an element a thread.

#include "gelu.cuh"

template <typename Form, typename T>
__device__ __forceinline__ void forward(T* out, const T* hidden, int64_t size) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < size) {
    out[i] = from_float<T>(Form::value(to_float(hidden[i])));
  }
}

template <typename Form, typename T>
__device__ __forceinline__ void backward(T* d_out, const T* hidden, int64_t size) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < size) {
    d_out[i] = from_float<T>(to_float(d_out[i]) * Form::slope(to_float(hidden[i])));
  }
}

// Launch: elements (block 256, grid ⌈N C / 256⌉); no shared memory.
#define GELU_KERNELS(FORM, NAME, TYPE, SUFFIX)                                                 \
  KERNEL(gelu_##NAME##_forward_##SUFFIX)(TYPE* out, const TYPE* hidden, int64_t size) {        \
    forward<FORM, TYPE>(out, hidden, size);                                                    \
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
