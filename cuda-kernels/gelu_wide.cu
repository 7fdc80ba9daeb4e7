// The GELUs of gelu.cu by accesses of 16 bytes, for rows C of whole chunks: 8 elements of bf16, 4 of
// fp32.
//
//   forward   out = gelu(hidden)                                              2 E N C bytes
//   backward  dOut *= gelu′(hidden), in place, and in the same pass
//             partials[part] = Σ dOut[n] over 256 rows (if not null)          3 E N C (+ 4 C ⌈N/256⌉)
//
// The partial sums are the gradient of the bias in hidden, which otherwise takes a pass over dOut of
// its own. 20 to 30 FLOPs an element: bound by memory. Pythia-160M at N = 49152, C = 3072 in bf16: 604
// MB forward, 180 µs of an H100, and 906 MB backward, 270 µs.
//
// Version: forward a chunk a thread; backward a block takes 256 rows of 32 chunks of columns, eight
// rows at a time, and joins its eight warps' sums at the end, in their order.

#include "gelu.cuh"
#include "reduce.cuh"
#include "wide.cuh"

template <typename Form, typename T>
__device__ __forceinline__ void forward(T* out, const T* hidden, int64_t size) {
  constexpr int N = WIDE<T>;
  const int64_t i = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * N;
  if (i < size) {
    float x[N];
    load_wide(x, hidden + i);
#pragma unroll
    for (int j = 0; j < N; j++) {
      x[j] = Form::value(x[j]);
    }
    store_wide(out + i, x);
  }
}

template <typename Form, typename T>
__device__ __forceinline__ void backward(
    T* d_out, float* partials, const T* hidden, int64_t rows, int width) {
  constexpr int N = WIDE<T>;
  column_sums<T>(partials, rows, width, [=](float(&d)[N], int64_t at) {
    float x[N];
    load_wide(x, hidden + at);
    load_wide(d, d_out + at);
#pragma unroll
    for (int j = 0; j < N; j++) {
      d[j] *= Form::slope(x[j]);
    }
    const uint4 product = packed(d);
    store_words(d_out + at, product);
    unpack(d, product);
  });
}

// Launch: forward by chunks (block 256, grid ⌈chunks / 256⌉), no shared memory; backward block 256, grid
// ⌈chunks / 32⌉ × ⌈N / 256⌉, 1024 N bytes of shared memory for chunks of N elements.
#define GELU_WIDE_KERNELS(FORM, NAME, TYPE, SUFFIX)                                            \
  KERNEL(gelu_wide_##NAME##_forward_##SUFFIX)(TYPE* out, const TYPE* hidden, int64_t size) {   \
    forward<FORM, TYPE>(out, hidden, size);                                                    \
  }                                                                                            \
  KERNEL_END_LOOP(gelu_wide_##NAME##_forward_##SUFFIX)                                         \
  KERNEL(gelu_wide_##NAME##_backward_##SUFFIX)                                                 \
  (TYPE* d_out, float* partials, const TYPE* hidden, int64_t rows, int width) {                \
    backward<FORM, TYPE>(d_out, partials, hidden, rows, width);                                \
  }                                                                                            \
  KERNEL_END(gelu_wide_##NAME##_backward_##SUFFIX)

GELU_WIDE_KERNELS(Erf, erf, float, fp32)
GELU_WIDE_KERNELS(Erf, erf, bf16, bf16)
GELU_WIDE_KERNELS(Tanh, tanh, float, fp32)
GELU_WIDE_KERNELS(Tanh, tanh, bf16, bf16)
