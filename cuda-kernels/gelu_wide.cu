// The GELUs of gelu.cu by accesses of 16 bytes, for rows C of whole chunks: 8 elements of bf16, 4 of
// fp32.
//
//   forward   hidden[n] += bias, out = gelu(hidden)                          3 E N C bytes
//   backward  dOut *= gelu′(hidden), in place, and in the same pass
//             partials[part] = Σ dOut[n] over 256 rows (if not null)          3 E N C (+ 4 C ⌈N/256⌉)
//
// The partial sums are the gradient of the bias that forward added, which otherwise takes a pass over
// dOut of its own. 20 to 30 FLOPs an element: bound by memory. Pythia-160M at N = 49152, C = 3072 in
// bf16: 906 MB each way, 270 µs of an H100.
//
// Version: forward a chunk a thread; backward a block takes 256 rows of 32 chunks of columns, eight
// rows at a time, and joins its eight warps' sums at the end, in their order.

#include "gelu.cuh"
#include "reduce.cuh"
#include "wide.cuh"

template <typename Form, typename T>
__device__ __forceinline__ void forward(
    T* out, T* hidden, const T* bias, int64_t rows, int width) {
  constexpr int N = WIDE<T>;
  each_chunk<T>(rows, width, [=](int64_t row, int column) {
    const int64_t at = row * width + column;
    float x[N];
    float b[N];
    load_wide(x, hidden + at);
    load_wide(b, bias + column);
#pragma unroll
    for (int j = 0; j < N; j++) {
      x[j] += b[j];
    }
    const uint4 sum = packed(x); // rounded before gelu is taken of it
    store_words(hidden + at, sum);
    unpack(x, sum);
#pragma unroll
    for (int j = 0; j < N; j++) {
      x[j] = Form::value(x[j]);
    }
    store_wide(out + at, x);
  });
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

// Launch: forward by rows of chunks (block min(256, chunks to a multiple of 32) × 256 / that; grid
// ⌈chunks / x⌉ × at most 65535), no shared memory; backward block 256, grid ⌈chunks / 32⌉ × ⌈N / 256⌉,
// 1024 N bytes of shared memory for chunks of N elements.
#define GELU_WIDE_KERNELS(FORM, NAME, TYPE, SUFFIX)                                            \
  KERNEL(gelu_wide_##NAME##_forward_##SUFFIX)                                                  \
  (TYPE* out, TYPE* hidden, const TYPE* bias, int64_t rows, int width) {                       \
    forward<FORM, TYPE>(out, hidden, bias, rows, width);                                       \
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
