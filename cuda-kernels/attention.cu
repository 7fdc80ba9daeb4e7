// Causal self-attention with rotary positions (Su et al. 2021), by head: tiles of queries go over
// tiles of keys with a running softmax (Milakov, Gimelshein 2018; Dao et al. 2022), so that no
// [T, T] matrix leaves the chip. qkv, dQkv [B T, H, 3, D] as GPT-NeoX's product gives it; out, dOut
// [B T, H, D]; lse, delta [B, H, T] in fp32; rotations [positions, rotary] in fp32, in each row the
// cosines, then the sines; cache [B, capacity, H, 2, D], keys already rotated.
//
//   forward        S = scale q kᵀ (key ≤ query), lse = log Σ e^S by row, out = e^(S − lse) v
//   delta          δ = Σ dOut · out by row
//   backward_kv    P = e^(S − lse), dS = P (dOut vᵀ − δ) scale, dV = Pᵀ dOut, dK = dSᵀ q
//   backward_q     dQ = dS k
//   fill_cache     keys, rotated, and values of a forward pass to the cache
//   decode         one new token a row: its key and value to the cache, attention to all up to it
//
// q and k are rotated as they are loaded and their gradients turned back as they are stored: qkv
// stays as it is. The first `rotary` dimensions of a head are two halves, and element i of one turns
// with element i of the other; the others pass.
//
// To be moved, E bytes an element, C = H D: forward 4 E N C and 4 N H; delta 2 E N C; backward 7 E N
// C (qkv, dOut read, dQkv written) if every tile is read once. FLOPs: forward 2 B H T² D, backward
// by two kernels 7 B H T² D, 5 B H T² D if dQ came from the same. Bound by arithmetic in fp32.
//
// Version: fp32 FMA from shared memory. A block is 16 x 16 threads; thread (x, y) holds the scores of
// queries y + 16 i and keys x + 16 j. The backward needs no atomics: dK and dV belong to the block
// of their keys, dQ to that of its queries, at the price of computing the scores twice. Kernels are
// compiled for D = 16, 32, 64 and 128; a head of another size takes the next larger, the rest of its
// columns zero. Blocks with the most tiles come first. A NaN in a row makes that row's out a NaN.

#include "reduce.cuh"

constexpr int SIDE = 16;
constexpr int BLOCK = SIDE * SIDE;

/** A tile's sizes for head size D. Columns are padded by one against bank conflicts. */
template <int D>
struct Tile {
  static constexpr int ROWS = D == 32 || D == 64 ? 64 : 32; // of queries, and of keys
  static constexpr int PITCH = D + 1;
  static constexpr int SIZE = ROWS * PITCH;
  static constexpr int SCORE_PITCH = ROWS + 1;
  static constexpr int SCORES = ROWS * SCORE_PITCH;
  static constexpr int MINE = ROWS / SIDE; // a thread's rows, and its columns of the scores
  static constexpr int WIDE = D / SIDE;    // a thread's columns of a head
};

struct Shape {
  int time;
  int heads;
  int size; // D, at most that of the tile
  int rotary;
  float scale;
};

__device__ __forceinline__ int side_x() { return threadIdx.x % SIDE; }
__device__ __forceinline__ int side_y() { return threadIdx.x / SIDE; }

/** Element d of x rotated by a position's angles, or turned back with a direction of −1. */
template <typename T>
__device__ __forceinline__ float rotated(
    const T* x, int d, const float* angles, int rotary, float direction) {
  const int half = rotary / 2;
  const float here = to_float(x[d]);
  if (d >= 2 * half) {
    return here;
  }
  const bool low = d < half;
  const int i = low ? d : d - half;
  const float other = to_float(x[low ? d + half : i]);
  const float turn = direction * angles[half + i];
  return here * angles[i] + (low ? -other * turn : other * turn);
}

/** Rows first, first + 1, … of one head to a tile; what lies behind the last or beside is 0. */
template <int D, typename T>
__device__ __forceinline__ void load(
    float* tile, const T* head, int64_t step, int first, const Shape& s, const float* rotations) {
  for (int i = threadIdx.x; i < Tile<D>::ROWS * D; i += BLOCK) {
    const int row = i / D;
    const int d = i % D;
    const int64_t t = first + row;
    float value = 0;
    if (t < s.time && d < s.size) {
      const T* x = head + t * step;
      value = rotations == nullptr
                  ? to_float(x[d])
                  : rotated(x, d, rotations + t * s.rotary, s.rotary, 1);
    }
    tile[row * Tile<D>::PITCH + d] = value;
  }
}

/** A tile's rows to those of one head; turned back if there are rotations. */
template <int D, typename T>
__device__ __forceinline__ void store(
    T* head, const float* tile, int64_t step, int first, const Shape& s, const float* rotations) {
  for (int i = threadIdx.x; i < Tile<D>::ROWS * D; i += BLOCK) {
    const int row = i / D;
    const int d = i % D;
    const int64_t t = first + row;
    if (t < s.time && d < s.size) {
      const float* x = tile + row * Tile<D>::PITCH;
      head[t * step + d] = from_float<T>(
          rotations == nullptr ? x[d]
                               : rotated(x, d, rotations + t * s.rotary, s.rotary, -1));
    }
  }
}

/** {@code out[i][j] = a[y + 16 i] · b[x + 16 j]}. */
template <int D>
__device__ __forceinline__ void products(
    float (&out)[Tile<D>::MINE][Tile<D>::MINE], const float* a, const float* b) {
  constexpr int MINE = Tile<D>::MINE;
  for (int i = 0; i < MINE; i++) {
    for (int j = 0; j < MINE; j++) {
      out[i][j] = 0;
    }
  }
#pragma unroll 4
  for (int d = 0; d < D; d++) {
    float left[MINE];
    float right[MINE];
    for (int i = 0; i < MINE; i++) {
      left[i] = a[(side_y() + SIDE * i) * Tile<D>::PITCH + d];
      right[i] = b[(side_x() + SIDE * i) * Tile<D>::PITCH + d];
    }
    for (int i = 0; i < MINE; i++) {
      for (int j = 0; j < MINE; j++) {
        out[i][j] += left[i] * right[j];
      }
    }
  }
}

/**
 * {@code sums[i][c] += Σ weights[y + 16 i][r] rows[r][x + 16 c]}, or with weights transposed {@code
 * weights[r][y + 16 i]}.
 */
template <int D, bool TRANSPOSED>
__device__ __forceinline__ void add_weighted(
    float (&sums)[Tile<D>::MINE][Tile<D>::WIDE], const float* weights, const float* rows) {
  constexpr int MINE = Tile<D>::MINE;
  constexpr int WIDE = Tile<D>::WIDE;
#pragma unroll 4
  for (int r = 0; r < Tile<D>::ROWS; r++) {
    float left[MINE];
    float right[WIDE];
    for (int i = 0; i < MINE; i++) {
      const int mine = side_y() + SIDE * i;
      left[i] = TRANSPOSED ? weights[r * Tile<D>::SCORE_PITCH + mine]
                           : weights[mine * Tile<D>::SCORE_PITCH + r];
    }
    for (int c = 0; c < WIDE; c++) {
      right[c] = rows[r * Tile<D>::PITCH + side_x() + SIDE * c];
    }
    for (int i = 0; i < MINE; i++) {
      for (int c = 0; c < WIDE; c++) {
        sums[i][c] += left[i] * right[c];
      }
    }
  }
}

/** A thread's sums, times a factor a row, to a tile. */
template <int D>
__device__ __forceinline__ void spread(
    float* tile, const float (&sums)[Tile<D>::MINE][Tile<D>::WIDE]) {
  for (int i = 0; i < Tile<D>::MINE; i++) {
    for (int c = 0; c < Tile<D>::WIDE; c++) {
      tile[(side_y() + SIDE * i) * Tile<D>::PITCH + side_x() + SIDE * c] = sums[i][c];
    }
  }
}

/** Over the 16 threads of one y. */
__device__ __forceinline__ float side_sum(float x) {
  for (int lanes = SIDE / 2; lanes > 0; lanes /= 2) {
    x += __shfl_xor_sync(ALL_LANES, x, lanes);
  }
  return x;
}

__device__ __forceinline__ float side_max(float x) {
  for (int lanes = SIDE / 2; lanes > 0; lanes /= 2) {
    x = fmaxf(x, __shfl_xor_sync(ALL_LANES, x, lanes));
  }
  return x;
}

template <typename T, int D>
__device__ __forceinline__ void forward(
    T* out, float* lse, const T* qkv, const float* rotations, const Shape& s) {
  constexpr int ROWS = Tile<D>::ROWS;
  constexpr int MINE = Tile<D>::MINE;
  constexpr int WIDE = Tile<D>::WIDE;
  SharedMemory shared;
  float* q = shared.tile<float>(Tile<D>::SIZE);
  float* k = shared.tile<float>(Tile<D>::SIZE);
  float* v = shared.tile<float>(Tile<D>::SIZE);
  float* p = shared.tile<float>(Tile<D>::SCORES);
  const int64_t sequence = blockIdx.z;
  const int h = blockIdx.y;
  const int first = (gridDim.x - 1 - blockIdx.x) * ROWS;
  const int64_t step = 3LL * s.heads * s.size;
  const T* head = qkv + sequence * s.time * step + 3LL * h * s.size;
  load<D>(q, head, step, first, s, rotations);

  float o[MINE][WIDE] = {};
  float sum[MINE] = {};
  float top[MINE];
  for (int i = 0; i < MINE; i++) {
    top[i] = -INFINITY;
  }
  for (int start = 0; start <= first; start += ROWS) {
    __syncthreads(); // the tiles before these are done with
    load<D>(k, head + s.size, step, start, s, rotations);
    load<D>(v, head + 2 * s.size, step, start, s, nullptr);
    __syncthreads();
    float scores[MINE][MINE];
    products<D>(scores, q, k);
    for (int i = 0; i < MINE; i++) {
      const int row = side_y() + SIDE * i;
      float largest = top[i];
      for (int j = 0; j < MINE; j++) {
        const bool seen = start + side_x() + SIDE * j <= first + row;
        scores[i][j] = seen ? scores[i][j] * s.scale : -INFINITY;
        largest = fmaxf(largest, scores[i][j]);
      }
      largest = side_max(largest);
      float part = 0;
      for (int j = 0; j < MINE; j++) {
        const float e = expf(scores[i][j] - largest);
        p[row * Tile<D>::SCORE_PITCH + side_x() + SIDE * j] = e;
        part += e;
      }
      const float kept = expf(top[i] - largest);
      sum[i] = sum[i] * kept + side_sum(part);
      top[i] = largest;
      for (int c = 0; c < WIDE; c++) {
        o[i][c] *= kept;
      }
    }
    __syncthreads();
    add_weighted<D, false>(o, p, v);
  }
  for (int i = 0; i < MINE; i++) {
    const int t = first + side_y() + SIDE * i;
    if (t < s.time && side_x() == 0) {
      lse[(sequence * s.heads + h) * s.time + t] = top[i] + logf(sum[i]);
    }
    for (int c = 0; c < WIDE; c++) {
      o[i][c] /= sum[i];
    }
  }
  __syncthreads(); // q is read by others until here
  spread<D>(q, o);
  __syncthreads();
  const int64_t out_step = static_cast<int64_t>(s.heads) * s.size;
  T* out_head = out + sequence * s.time * out_step + static_cast<int64_t>(h) * s.size;
  store<D>(out_head, q, out_step, first, s, static_cast<const float*>(nullptr));
}

template <typename T>
__device__ __forceinline__ void delta_of(
    float* delta, const T* d_out, const T* out, int64_t count, int time, int heads, int size) {
  const int64_t i = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / WARP_SIZE;
  if (i >= count) {
    return;
  }
  float sum = 0;
  for (int d = threadIdx.x % WARP_SIZE; d < size; d += WARP_SIZE) {
    sum += to_float(d_out[i * size + d]) * to_float(out[i * size + d]);
  }
  sum = warp_sum(sum);
  if (threadIdx.x % WARP_SIZE == 0) {
    const int64_t row = i / heads;
    delta[(row / time * heads + i % heads) * time + row % time] = sum;
  }
}

/** P and dS of a thread's scores, for queries from `first` and keys from `start`. */
template <int D>
__device__ __forceinline__ void score_gradients(
    float (&p)[Tile<D>::MINE][Tile<D>::MINE], float (&ds)[Tile<D>::MINE][Tile<D>::MINE],
    const float* q, const float* k, const float* v, const float* d_out, const float* lse,
    const float* delta, int first, int start, const Shape& s) {
  products<D>(p, q, k);
  products<D>(ds, d_out, v);
  for (int i = 0; i < Tile<D>::MINE; i++) {
    const int t = first + side_y() + SIDE * i;
    const float norm = t < s.time ? lse[t] : 0;
    const float mean = t < s.time ? delta[t] : 0;
    for (int j = 0; j < Tile<D>::MINE; j++) {
      const bool seen = t < s.time && start + side_x() + SIDE * j <= t;
      p[i][j] = seen ? expf(p[i][j] * s.scale - norm) : 0;
      ds[i][j] = seen ? p[i][j] * (ds[i][j] - mean) * s.scale : 0;
    }
  }
}

template <int D>
__device__ __forceinline__ void spread_scores(
    float* tile, const float (&scores)[Tile<D>::MINE][Tile<D>::MINE]) {
  for (int i = 0; i < Tile<D>::MINE; i++) {
    for (int j = 0; j < Tile<D>::MINE; j++) {
      tile[(side_y() + SIDE * i) * Tile<D>::SCORE_PITCH + side_x() + SIDE * j] = scores[i][j];
    }
  }
}

template <typename T, int D>
__device__ __forceinline__ void backward_kv(
    T* d_qkv, const T* d_out, const T* qkv, const float* lse, const float* delta,
    const float* rotations, const Shape& s) {
  constexpr int ROWS = Tile<D>::ROWS;
  SharedMemory shared;
  float* k = shared.tile<float>(Tile<D>::SIZE);
  float* v = shared.tile<float>(Tile<D>::SIZE);
  float* q = shared.tile<float>(Tile<D>::SIZE);
  float* d_o = shared.tile<float>(Tile<D>::SIZE);
  float* p = shared.tile<float>(Tile<D>::SCORES);
  float* ds = shared.tile<float>(Tile<D>::SCORES);
  const int64_t sequence = blockIdx.z;
  const int h = blockIdx.y;
  const int start = blockIdx.x * ROWS;
  const int64_t step = 3LL * s.heads * s.size;
  const int64_t at = sequence * s.time * step + 3LL * h * s.size;
  const int64_t out_step = static_cast<int64_t>(s.heads) * s.size;
  const T* d_out_head = d_out + sequence * s.time * out_step + static_cast<int64_t>(h) * s.size;
  const int64_t rows = (sequence * s.heads + h) * s.time;
  load<D>(k, qkv + at + s.size, step, start, s, rotations);
  load<D>(v, qkv + at + 2 * s.size, step, start, s, nullptr);

  float dk[Tile<D>::MINE][Tile<D>::WIDE] = {};
  float dv[Tile<D>::MINE][Tile<D>::WIDE] = {};
  for (int first = start; first < s.time; first += ROWS) {
    __syncthreads(); // the tiles before these are done with
    load<D>(q, qkv + at, step, first, s, rotations);
    load<D>(d_o, d_out_head, out_step, first, s, nullptr);
    __syncthreads();
    float my_p[Tile<D>::MINE][Tile<D>::MINE];
    float my_ds[Tile<D>::MINE][Tile<D>::MINE];
    score_gradients<D>(my_p, my_ds, q, k, v, d_o, lse + rows, delta + rows, first, start, s);
    spread_scores<D>(p, my_p);
    spread_scores<D>(ds, my_ds);
    __syncthreads();
    add_weighted<D, true>(dv, p, d_o);
    add_weighted<D, true>(dk, ds, q);
  }
  __syncthreads();
  spread<D>(k, dk);
  spread<D>(v, dv);
  __syncthreads();
  store<D>(d_qkv + at + s.size, k, step, start, s, rotations);
  store<D>(d_qkv + at + 2 * s.size, v, step, start, s, static_cast<const float*>(nullptr));
}

template <typename T, int D>
__device__ __forceinline__ void backward_q(
    T* d_qkv, const T* d_out, const T* qkv, const float* lse, const float* delta,
    const float* rotations, const Shape& s) {
  constexpr int ROWS = Tile<D>::ROWS;
  SharedMemory shared;
  float* k = shared.tile<float>(Tile<D>::SIZE);
  float* v = shared.tile<float>(Tile<D>::SIZE);
  float* q = shared.tile<float>(Tile<D>::SIZE);
  float* d_o = shared.tile<float>(Tile<D>::SIZE);
  float* ds = shared.tile<float>(Tile<D>::SCORES);
  const int64_t sequence = blockIdx.z;
  const int h = blockIdx.y;
  const int first = (gridDim.x - 1 - blockIdx.x) * ROWS;
  const int64_t step = 3LL * s.heads * s.size;
  const int64_t at = sequence * s.time * step + 3LL * h * s.size;
  const int64_t out_step = static_cast<int64_t>(s.heads) * s.size;
  const T* d_out_head = d_out + sequence * s.time * out_step + static_cast<int64_t>(h) * s.size;
  const int64_t rows = (sequence * s.heads + h) * s.time;
  load<D>(q, qkv + at, step, first, s, rotations);
  load<D>(d_o, d_out_head, out_step, first, s, nullptr);

  float dq[Tile<D>::MINE][Tile<D>::WIDE] = {};
  for (int start = 0; start <= first; start += ROWS) {
    __syncthreads(); // the tiles before these are done with
    load<D>(k, qkv + at + s.size, step, start, s, rotations);
    load<D>(v, qkv + at + 2 * s.size, step, start, s, nullptr);
    __syncthreads();
    float my_p[Tile<D>::MINE][Tile<D>::MINE];
    float my_ds[Tile<D>::MINE][Tile<D>::MINE];
    score_gradients<D>(my_p, my_ds, q, k, v, d_o, lse + rows, delta + rows, first, start, s);
    spread_scores<D>(ds, my_ds);
    __syncthreads();
    add_weighted<D, false>(dq, ds, k);
  }
  __syncthreads();
  spread<D>(q, dq);
  __syncthreads();
  store<D>(d_qkv + at, q, step, first, s, rotations);
}

template <typename T>
__device__ __forceinline__ void fill_cache(
    T* cache, const T* qkv, const float* rotations, int capacity, const Shape& s) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t step = 2LL * s.heads * s.size;
  if (i >= s.time * step) {
    return;
  }
  const int64_t sequence = blockIdx.y;
  const int64_t t = i / step;
  const int in_row = static_cast<int>(i % step);
  const int h = in_row / (2 * s.size);
  const int d = in_row % (2 * s.size);
  const T* key = qkv + ((sequence * s.time + t) * s.heads + h) * 3 * s.size + s.size;
  cache[(sequence * capacity + t) * step + in_row] =
      d < s.size ? from_float<T>(rotated(key, d, rotations + t * s.rotary, s.rotary, 1))
                 : key[d];
}

constexpr int DECODE_BLOCK = 128;
constexpr int DECODE_WARPS = DECODE_BLOCK / WARP_SIZE;

/** A block a head and row. Each warp goes over every fourth key, a lane has every 32nd column. */
template <typename T, int D>
__device__ __forceinline__ void decode(
    T* out, T* cache, const T* qkv, const int* positions, const float* rotations, int capacity,
    const Shape& s) {
  constexpr int MINE = (D + WARP_SIZE - 1) / WARP_SIZE;
  SharedMemory shared;
  float* q = shared.tile<float>(D);
  float* sums = shared.tile<float>(DECODE_WARPS * D);
  float* tops = shared.tile<float>(DECODE_WARPS);
  float* norms = shared.tile<float>(DECODE_WARPS);
  const int64_t sequence = blockIdx.y;
  const int h = blockIdx.x;
  const int position = positions[sequence];
  const float* angles = rotations + static_cast<int64_t>(position) * s.rotary;
  const T* head = qkv + (sequence * s.heads + h) * 3 * s.size;
  const int64_t step = 2LL * s.heads * s.size;
  T* keys = cache + sequence * capacity * step + 2LL * h * s.size;
  const int mine = threadIdx.x;
  if (mine < s.size) {
    q[mine] = rotated(head, mine, angles, s.rotary, 1) * s.scale;
    T* here = keys + position * step;
    here[mine] = from_float<T>(rotated(head + s.size, mine, angles, s.rotary, 1));
    here[s.size + mine] = head[2 * s.size + mine];
  }
  __syncthreads();

  const int warp = threadIdx.x / WARP_SIZE;
  const int lane = threadIdx.x % WARP_SIZE;
  float top = -INFINITY;
  float norm = 0;
  float o[MINE] = {};
  for (int key = warp; key <= position; key += DECODE_WARPS) {
    const T* k = keys + key * step;
    float score = 0;
    for (int d = lane; d < s.size; d += WARP_SIZE) {
      score += q[d] * to_float(k[d]);
    }
    score = warp_sum(score);
    const float largest = fmaxf(top, score);
    const float kept = expf(top - largest);
    const float e = expf(score - largest);
    norm = norm * kept + e;
    top = largest;
    for (int c = 0; c < MINE; c++) {
      const int d = lane + WARP_SIZE * c;
      o[c] = o[c] * kept + (d < s.size ? e * to_float(k[s.size + d]) : 0);
    }
  }
  for (int c = 0; c < MINE; c++) {
    const int d = lane + WARP_SIZE * c;
    if (d < s.size) {
      sums[warp * D + d] = o[c];
    }
  }
  if (lane == 0) {
    tops[warp] = top;
    norms[warp] = norm;
  }
  __syncthreads();
  if (mine < s.size) {
    float largest = tops[0];
    for (int w = 1; w < DECODE_WARPS; w++) {
      largest = fmaxf(largest, tops[w]);
    }
    float sum = 0;
    float total = 0;
    for (int w = 0; w < DECODE_WARPS && w <= position; w++) { // the others saw no key
      const float kept = expf(tops[w] - largest);
      sum += kept * sums[w * D + mine];
      total += kept * norms[w];
    }
    out[(sequence * s.heads + h) * s.size + mine] = from_float<T>(sum / total);
  }
}

// Launch, with R = 64 rows a tile for D = 32 and 64, 32 for D = 16 and 128, a tile of t = 4 R (D + 1)
// bytes and one of scores of u = 4 R (R + 1), each rounded up to 16: block 256, grid ⌈T / R⌉ × H × B;
// shared memory: forward 3 t + u, backward_kv 4 t + 2 u, backward_q 4 t + u (D = 64: 66, 98 and 81
// KiB). decode: block 128, grid H × B, shared memory 4 D + 16 D + 16 + 16.
#define ATTENTION_HEAD_KERNELS(TYPE, SUFFIX, D)                                                \
  KERNEL(attention_forward_##SUFFIX##_d##D)                                                    \
  (TYPE* out, float* lse, const TYPE* qkv, const float* rotations, int time, int heads,        \
   int size, int rotary, float scale) {                                                        \
    forward<TYPE, D>(out, lse, qkv, rotations, {time, heads, size, rotary, scale});            \
  }                                                                                            \
  KERNEL_END(attention_forward_##SUFFIX##_d##D)                                                \
  KERNEL(attention_backward_kv_##SUFFIX##_d##D)                                                \
  (TYPE* d_qkv, const TYPE* d_out, const TYPE* qkv, const float* lse, const float* delta,      \
   const float* rotations, int time, int heads, int size, int rotary, float scale) {           \
    backward_kv<TYPE, D>(d_qkv, d_out, qkv, lse, delta, rotations,                             \
                         {time, heads, size, rotary, scale});                                  \
  }                                                                                            \
  KERNEL_END(attention_backward_kv_##SUFFIX##_d##D)                                            \
  KERNEL(attention_backward_q_##SUFFIX##_d##D)                                                 \
  (TYPE* d_qkv, const TYPE* d_out, const TYPE* qkv, const float* lse, const float* delta,      \
   const float* rotations, int time, int heads, int size, int rotary, float scale) {           \
    backward_q<TYPE, D>(d_qkv, d_out, qkv, lse, delta, rotations,                              \
                        {time, heads, size, rotary, scale});                                   \
  }                                                                                            \
  KERNEL_END(attention_backward_q_##SUFFIX##_d##D)                                             \
  KERNEL(attention_decode_##SUFFIX##_d##D)                                                     \
  (TYPE* out, TYPE* cache, const TYPE* qkv, const int* positions, const float* rotations,      \
   int capacity, int heads, int size, int rotary, float scale) {                               \
    decode<TYPE, D>(out, cache, qkv, positions, rotations, capacity,                           \
                    {1, heads, size, rotary, scale});                                          \
  }                                                                                            \
  KERNEL_END(attention_decode_##SUFFIX##_d##D)

// Launch: delta block 256, grid ⌈B T H / 8⌉; fill_cache block 256, grid ⌈2 T H D / 256⌉ × B; no
// shared memory.
#define ATTENTION_KERNELS(TYPE, SUFFIX)                                                        \
  ATTENTION_HEAD_KERNELS(TYPE, SUFFIX, 16)                                                     \
  ATTENTION_HEAD_KERNELS(TYPE, SUFFIX, 32)                                                     \
  ATTENTION_HEAD_KERNELS(TYPE, SUFFIX, 64)                                                     \
  ATTENTION_HEAD_KERNELS(TYPE, SUFFIX, 128)                                                    \
  KERNEL(attention_delta_##SUFFIX)                                                             \
  (float* delta, const TYPE* d_out, const TYPE* out, int64_t count, int time, int heads,       \
   int size) {                                                                                 \
    delta_of(delta, d_out, out, count, time, heads, size);                                     \
  }                                                                                            \
  KERNEL_END(attention_delta_##SUFFIX)                                                         \
  KERNEL(attention_fill_cache_##SUFFIX)                                                        \
  (TYPE* cache, const TYPE* qkv, const float* rotations, int capacity, int time, int heads,    \
   int size, int rotary) {                                                                     \
    fill_cache(cache, qkv, rotations, capacity, {time, heads, size, rotary, 1});               \
  }                                                                                            \
  KERNEL_END_LOOP(attention_fill_cache_##SUFFIX)

ATTENTION_KERNELS(float, fp32)
ATTENTION_KERNELS(bf16, bf16)
