// The layer norms of layernorm.cu by accesses of 16 bytes, for rows C of whole chunks: 8 elements of
// bf16, 4 of fp32. in, out, dOut, dIn [N, C]; weight, bias [C]; mean, rstd [N] in fp32.
//
//   forward, pair_forward    as there: 2 E N C and 3 E N C bytes
//   backward, pair_backward  dIn += …, and partials [parts, planes, C] of dWeight and dBias, in one
//                            pass over in, dOut (two of them) and dIn: 4 E N C and 5 E N C bytes
//
// The backward without dIn (null) is that of the lowest layer that trains: 2 E N C and 3 E N C; its
// partial sums have the same bits. Without partials (null) it is that of a frozen layer in between.
// Pythia-160M, N = 49152, C = 768, bf16: pair_forward 226 MB, 68 µs of an H100; pair_backward 378 MB,
// 113 µs, where the separate kernels of layernorm.cu move 604 MB.
//
// Version: forward, a warp a row: its chunks stay in registers between the statistics and the result,
// so that the row is read once. Backward, a block takes 128 rows, four at a time, a thread one chunk
// of columns: dWeight and dBias add up in its registers, the two means of a row go through shared
// memory, one barrier for four rows. layernorm_sum_parameters_fp32 adds the parts, in their order.

#include "reduce.cuh"
#include "vectors.cuh"

/** Chunks of a row that a lane holds at most: C = 2048 in bf16, 1024 in fp32. */
constexpr int HELD = 8;

__device__ __forceinline__ int lane() { return threadIdx.x % WARP_SIZE; }

template <typename T>
__device__ __forceinline__ void normalize(
    T* out, const uint4 (&held)[HELD], float mean, float rstd, const T* weight, const T* bias,
    int width) {
  constexpr int N = WIDE<T>;
#pragma unroll
  for (int i = 0; i < HELD; i++) {
    const int c = (i * WARP_SIZE + lane()) * N;
    if (c < width) {
      float x[N];
      float w[N];
      float b[N];
      unpack(x, held[i]);
      load_wide(w, weight + c);
      load_wide(b, bias + c);
#pragma unroll
      for (int j = 0; j < N; j++) {
        x[j] = (x[j] - mean) * rstd * w[j] + b[j];
      }
      store_wide(out + c, x);
    }
  }
}

/** One norm, or the pair where there is a second output. */
template <typename T>
__device__ __forceinline__ void forward(
    T* out1, T* out2, float* means, float* rstds, const T* in, const T* weight1, const T* bias1,
    const T* weight2, const T* bias2, int64_t rows, int width, float epsilon) {
  constexpr int N = WIDE<T>;
  const int64_t n = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / WARP_SIZE;
  if (n >= rows) {
    return; // the whole warp
  }
  uint4 held[HELD];
  float sum = 0;
#pragma unroll
  for (int i = 0; i < HELD; i++) {
    const int c = (i * WARP_SIZE + lane()) * N;
    if (c < width) {
      held[i] = load_words(in + n * width + c);
    }
  }
#pragma unroll
  for (int i = 0; i < HELD; i++) {
    if ((i * WARP_SIZE + lane()) * N < width) {
      float x[N];
      unpack(x, held[i]);
#pragma unroll
      for (int j = 0; j < N; j++) {
        sum += x[j];
      }
    }
  }
  const float mean = warp_sum(sum) / width;
  float squares = 0;
#pragma unroll
  for (int i = 0; i < HELD; i++) {
    if ((i * WARP_SIZE + lane()) * N < width) {
      float x[N];
      unpack(x, held[i]);
#pragma unroll
      for (int j = 0; j < N; j++) {
        squares += (x[j] - mean) * (x[j] - mean);
      }
    }
  }
  const float rstd = 1 / sqrtf(warp_sum(squares) / width + epsilon);
  if (lane() == 0) {
    means[n] = mean;
    rstds[n] = rstd;
  }
  normalize(out1 + n * width, held, mean, rstd, weight1, bias1, width);
  if (out2 != nullptr) {
    normalize(out2 + n * width, held, mean, rstd, weight2, bias2, width);
  }
}

constexpr int PART = 128; // rows of a block
constexpr int GROUP = 4;  // rows at a time
constexpr int MOST_THREADS = 256; // a chunk each: C = 2048 in bf16, 1024 in fp32
constexpr int MOST_WARPS = MOST_THREADS / WARP_SIZE;

/** What a thread has of the rows of a group; dOut2 of a pair alone. */
struct Group {
  uint4 in[GROUP];
  uint4 d_out1[GROUP];
  uint4 d_out2[GROUP];
  uint4 d_in[GROUP];
};

/** The normalised elements of a chunk, and {@code g = Σ dOut · weight}. */
template <bool PAIR, int N>
__device__ __forceinline__ void gradient(
    float (&normal)[N], float (&g)[N], const Group& group, int r, float mean, float rstd,
    const float (&weight1)[N], const float (&weight2)[N]) {
  float d1[N];
  unpack(normal, group.in[r]);
  unpack(d1, group.d_out1[r]);
#pragma unroll
  for (int j = 0; j < N; j++) {
    normal[j] = (normal[j] - mean) * rstd;
    g[j] = d1[j] * weight1[j];
  }
  if (PAIR) {
    float d2[N];
    unpack(d2, group.d_out2[r]);
#pragma unroll
    for (int j = 0; j < N; j++) {
      g[j] += d2[j] * weight2[j];
    }
  }
}

/** Adds a row's part of dWeight and dBias. */
template <int N>
__device__ __forceinline__ void add_parameters(
    float (&d_weight)[N], float (&d_bias)[N], uint4 in, uint4 d_out, float mean, float rstd) {
  float x[N];
  float d[N];
  unpack(x, in);
  unpack(d, d_out);
#pragma unroll
  for (int j = 0; j < N; j++) {
    d_weight[j] += d[j] * ((x[j] - mean) * rstd);
    d_bias[j] += d[j];
  }
}

template <bool PAIR, typename T>
__device__ __forceinline__ void backward(
    T* d_in, float* partials, const T* d_out1, const T* d_out2, const T* in, const T* weight1,
    const T* weight2, const float* means, const float* rstds, int64_t rows, int width) {
  constexpr int N = WIDE<T>;
  constexpr int PLANES = PAIR ? 4 : 2;
  SharedMemory shared;
  float2* scratch = shared.tile<float2>(2 * GROUP * MOST_WARPS);
  const int column = threadIdx.x * N;
  const bool mine = column < width;
  const int warps = blockDim.x / WARP_SIZE;
  const int64_t first = static_cast<int64_t>(blockIdx.x) * PART;
  const int64_t end = first + PART < rows ? first + PART : rows;
  float w1[N] = {};
  float w2[N] = {};
  if (mine) {
    load_wide(w1, weight1 + column);
    if (PAIR) {
      load_wide(w2, weight2 + column);
    }
  }
  float sums[PLANES][N] = {};
  int turn = 0;
  for (int64_t n = first; n < end; n += GROUP, turn = 1 - turn) {
    Group group;
    float mean[GROUP];
    float rstd[GROUP];
#pragma unroll
    for (int r = 0; r < GROUP; r++) {
      const bool there = n + r < end;
      mean[r] = there ? means[n + r] : 0;
      rstd[r] = there ? rstds[n + r] : 0;
      const int64_t at = (n + r) * width + column;
      const bool loads = there && mine;
      const uint4 none = make_uint4(0, 0, 0, 0);
      group.in[r] = loads ? load_words(in + at) : none;
      group.d_out1[r] = loads ? load_words(d_out1 + at) : none;
      if (PAIR) {
        group.d_out2[r] = loads ? load_words(d_out2 + at) : none;
      }
      if (d_in != nullptr) {
        group.d_in[r] = loads ? load_words(d_in + at) : none;
      }
    }
#pragma unroll
    for (int r = 0; r < GROUP; r++) {
      add_parameters(sums[0], sums[1], group.in[r], group.d_out1[r], mean[r], rstd[r]);
      if (PAIR) {
        add_parameters(sums[PLANES - 2], sums[PLANES - 1], group.in[r], group.d_out2[r], mean[r],
                       rstd[r]);
      }
    }
    if (d_in == nullptr) {
      continue;
    }
    float2* totals = scratch + turn * GROUP * MOST_WARPS;
#pragma unroll
    for (int r = 0; r < GROUP; r++) {
      float normal[N];
      float g[N];
      gradient<PAIR>(normal, g, group, r, mean[r], rstd[r], w1, w2);
      float sum = 0;
      float sum_normal = 0;
#pragma unroll
      for (int j = 0; j < N; j++) {
        sum += g[j];
        sum_normal += g[j] * normal[j];
      }
      sum = warp_sum(sum);
      sum_normal = warp_sum(sum_normal);
      if (lane() == 0) {
        totals[r * MOST_WARPS + threadIdx.x / WARP_SIZE] = make_float2(sum, sum_normal);
      }
    }
    __syncthreads(); // the other half of the scratch is free by the next one
#pragma unroll
    for (int r = 0; r < GROUP; r++) {
      float mean_g = 0;
      float mean_g_normal = 0;
      for (int warp = 0; warp < warps; warp++) {
        mean_g += totals[r * MOST_WARPS + warp].x;
        mean_g_normal += totals[r * MOST_WARPS + warp].y;
      }
      mean_g /= width;
      mean_g_normal /= width;
      float normal[N];
      float g[N];
      float d[N];
      gradient<PAIR>(normal, g, group, r, mean[r], rstd[r], w1, w2);
      unpack(d, group.d_in[r]);
#pragma unroll
      for (int j = 0; j < N; j++) {
        d[j] += rstd[r] * (g[j] - mean_g - normal[j] * mean_g_normal);
      }
      if (mine && n + r < end) {
        store_wide(d_in + (n + r) * width + column, d);
      }
    }
  }
  if (partials == nullptr || !mine) {
    return;
  }
#pragma unroll
  for (int plane = 0; plane < PLANES; plane++) {
    float* out = partials + (static_cast<int64_t>(blockIdx.x) * PLANES + plane) * width + column;
#pragma unroll
    for (int j = 0; j < N; j += 4) {
      *reinterpret_cast<float4*>(out + j) = make_float4(
          sums[plane][j], sums[plane][j + 1], sums[plane][j + 2], sums[plane][j + 3]);
    }
  }
}

// Launch: forward block 256, grid ⌈N / 8⌉, no shared memory; backward block: a thread a chunk of a row,
// to whole warps, 256 at most; grid ⌈N / 128⌉, 512 bytes of shared memory.
#define LAYERNORM_WIDE_KERNELS(TYPE, SUFFIX)                                                   \
  KERNEL(layernorm_wide_forward_##SUFFIX)                                                      \
  (TYPE* out, float* mean, float* rstd, const TYPE* in, const TYPE* weight, const TYPE* bias,  \
   int64_t rows, int width, float epsilon) {                                                   \
    forward<TYPE>(out, nullptr, mean, rstd, in, weight, bias, nullptr, nullptr, rows, width,   \
                  epsilon);                                                                    \
  }                                                                                            \
  KERNEL_END(layernorm_wide_forward_##SUFFIX)                                                  \
  KERNEL(layernorm_wide_pair_forward_##SUFFIX)                                                 \
  (TYPE* out1, TYPE* out2, float* mean, float* rstd, const TYPE* in, const TYPE* weight1,      \
   const TYPE* bias1, const TYPE* weight2, const TYPE* bias2, int64_t rows, int width,         \
   float epsilon) {                                                                            \
    forward<TYPE>(out1, out2, mean, rstd, in, weight1, bias1, weight2, bias2, rows, width,     \
                  epsilon);                                                                    \
  }                                                                                            \
  KERNEL_END(layernorm_wide_pair_forward_##SUFFIX)                                             \
  KERNEL_BOUNDS(layernorm_wide_backward_##SUFFIX, MOST_THREADS)                                \
  (TYPE* d_in, float* partials, const TYPE* d_out, const TYPE* in, const TYPE* weight,         \
   const float* mean, const float* rstd, int64_t rows, int width) {                            \
    backward<false, TYPE>(d_in, partials, d_out, nullptr, in, weight, nullptr, mean, rstd,     \
                          rows, width);                                                        \
  }                                                                                            \
  KERNEL_END(layernorm_wide_backward_##SUFFIX)                                                 \
  KERNEL_BOUNDS(layernorm_wide_pair_backward_##SUFFIX, MOST_THREADS)                           \
  (TYPE* d_in, float* partials, const TYPE* d_out1, const TYPE* d_out2, const TYPE* in,        \
   const TYPE* weight1, const TYPE* weight2, const float* mean, const float* rstd,             \
   int64_t rows, int width) {                                                                  \
    backward<true, TYPE>(d_in, partials, d_out1, d_out2, in, weight1, weight2, mean, rstd,     \
                         rows, width);                                                         \
  }                                                                                            \
  KERNEL_END(layernorm_wide_pair_backward_##SUFFIX)

LAYERNORM_WIDE_KERNELS(float, fp32)
LAYERNORM_WIDE_KERNELS(bf16, bf16)
