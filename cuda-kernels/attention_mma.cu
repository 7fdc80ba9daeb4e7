// Causal self-attention on tensor cores: the operations, shapes and formulas of attention.cu, in bf16
// with fp32 sums, for head sizes that are multiples of 8. Scores, softmax and all sums are fp32;
// rotated q and k, P and dS are rounded to bf16 on their way into a product.
//
//   forward        out, lse
//   backward_q     δ = Σ dOut · out by row, for backward_kv too, then dQ
//   backward_kv    dK, dV
//
// To be moved, C = H D: forward 8 N C bytes and 4 N H; backward_q 12 N C (qkv, dOut, out read, dQ
// written), backward_kv 12 N C (qkv, dOut read, dK, dV written); 16 N C would do if one kernel made
// both. FLOPs, of the lower triangle: forward 2 B H T² D, backward 3 and 4. Pythia-160M at B = 96, T
// = 512: forward 302 MB and 38.7 GFLOP, which take 90 µs of an H100's memory and 60 µs of its tensor
// cores at the 63% that mma.sync reaches.
//
// Version: mma.sync m16n8k16 (Dao 2023, FlashAttention-2). A warp owns 16 rows, or twice 16, of one
// operand and goes over tiles of the other, so that no sum crosses a warp: rows of queries for out and
// dQ, rows of keys for dK and dV, whose scores it computes transposed. What a product leaves in
// registers has the layout that the next one wants on its left: P and dS never leave them. Tiles come
// by cp.async, the next one under way while this one is multiplied; they lie swizzled, so that the
// eight rows of an ldmatrix fall into different banks. q and k are rotated where they lie and their
// gradients turned back on the way out. Nothing is added atomically: the same bits every time.

#include "primitives.cuh"
#include "reduce.cuh"
#include "vectors.cuh"

constexpr int WARPS = 4;
constexpr int BLOCK = WARPS * WARP_SIZE;
constexpr int KEYS = 64; // rows of a tile of keys
constexpr float LOG2_E = 1.44269504088896341f;

struct Shape {
  int time;
  int heads;
  int size; // D, at most that of the tile
  int rotary;
  float scale;
};

__device__ __forceinline__ int lane() { return threadIdx.x % WARP_SIZE; }
__device__ __forceinline__ int warp() { return threadIdx.x / WARP_SIZE; }

/** Of one head: where its rows begin, and the step from one to the next. */
struct Rows {
  int64_t start;
  int64_t step;
};

__device__ __forceinline__ Rows rows_of_qkv(const Shape& s) {
  const int64_t step = 3LL * s.heads * s.size;
  return {blockIdx.z * s.time * step + 3LL * blockIdx.y * s.size, step};
}

__device__ __forceinline__ Rows rows_of_out(const Shape& s) {
  const int64_t step = static_cast<int64_t>(s.heads) * s.size;
  return {blockIdx.z * s.time * step + static_cast<int64_t>(blockIdx.y) * s.size, step};
}

/** The first of a head's statistics [B, H, T]. */
__device__ __forceinline__ int64_t statistics_of(const Shape& s) {
  return (static_cast<int64_t>(blockIdx.z) * s.heads + blockIdx.y) * s.time;
}

/**
 * A tile of rows of D elements in chunks of eight. Chunks are permuted by row: eight rows' chunks of
 * one column lie in eight different sixteenths of the 32 banks' 128 bytes.
 */
template <int D>
struct Tile {
  static constexpr int CHUNKS = D / 8;
  static constexpr int ROWS_A_LINE = CHUNKS < 8 ? 8 / CHUNKS : 1;
  static constexpr int TURNS = CHUNKS < 8 ? CHUNKS : 8;

  static __device__ __forceinline__ int chunk(int row, int chunk) {
    return row * D + (chunk ^ row / ROWS_A_LINE % TURNS) * 8;
  }

  static __device__ __forceinline__ int element(int row, int d) {
    return chunk(row, d / 8) + d % 8;
  }
};

/** Begins to load rows first, first + 1, …; what lies behind the last or beside becomes 0. */
template <int D, int ROWS>
__device__ __forceinline__ void load_async(
    bf16* tile, const bf16* all, Rows rows, int first, const Shape& s) {
  for (int i = threadIdx.x; i < ROWS * Tile<D>::CHUNKS; i += BLOCK) {
    const int row = i / Tile<D>::CHUNKS;
    const int chunk = i % Tile<D>::CHUNKS;
    const int64_t t = first + row;
    const bool there = t < s.time && chunk * 8 < s.size;
    const bf16* from = all + rows.start + (there ? t * rows.step + chunk * 8 : 0);
    copy_async<16>(tile + Tile<D>::chunk(row, chunk), from, there);
  }
}

/** Statistics of rows first, first + 1, …; 0 behind the last. */
template <int ROWS>
__device__ __forceinline__ void load_async(
    float* tile, const float* all, int first, const Shape& s) {
  for (int i = threadIdx.x; i < ROWS; i += BLOCK) {
    const bool there = first + i < s.time;
    copy_async<4>(tile + i, all + (there ? first + i : 0), there);
  }
}

/** Turns the tile's rows by their positions' angles, where they lie. */
template <int D, int ROWS>
__device__ __forceinline__ void rotate(
    bf16* tile, const float* rotations, int first, const Shape& s) {
  const int half = s.rotary / 2;
  if (half % 8 == 0) {
    const int chunks = half / 8;
    for (int i = threadIdx.x; i < ROWS * chunks; i += BLOCK) {
      const int row = i / chunks;
      const int chunk = i % chunks;
      if (first + row >= s.time) {
        continue;
      }
      const float* angles = rotations + static_cast<int64_t>(first + row) * s.rotary + chunk * 8;
      bf16* low = tile + Tile<D>::chunk(row, chunk);
      bf16* high = tile + Tile<D>::chunk(row, chunk + chunks);
      float x[8];
      float y[8];
      load_wide(x, low);
      load_wide(y, high);
      for (int d = 0; d < 8; d++) {
        const float turned = x[d] * angles[d] - y[d] * angles[half + d];
        y[d] = y[d] * angles[d] + x[d] * angles[half + d];
        x[d] = turned;
      }
      store_wide(low, x);
      store_wide(high, y);
    }
    return;
  }
  for (int i = threadIdx.x; i < ROWS * half; i += BLOCK) {
    const int row = i / half;
    const int d = i % half;
    if (first + row >= s.time) {
      continue;
    }
    const float* angles = rotations + static_cast<int64_t>(first + row) * s.rotary;
    bf16& low = tile[Tile<D>::element(row, d)];
    bf16& high = tile[Tile<D>::element(row, d + half)];
    const float x = to_float(low);
    const float y = to_float(high);
    low = from_float<bf16>(x * angles[d] - y * angles[half + d]);
    high = from_float<bf16>(y * angles[d] + x * angles[half + d]);
  }
}

/** Fragment a of the tile's 16 rows from `row` on and its columns from 16 k on. */
template <int D>
__device__ __forceinline__ void load_left(uint32_t (&a)[4], const bf16* tile, int row, int k) {
  const int matrix = lane() / 8;
  load_matrices(
      a, tile + Tile<D>::chunk(row + lane() % 8 + matrix % 2 * 8, 2 * k + matrix / 2));
}

/** Fragments b of tileᵀ: of columns row … row + 7 and row + 8 …, rows from 16 k on. */
template <int D>
__device__ __forceinline__ void load_right_transposed(
    uint32_t (&b)[4], const bf16* tile, int row, int k) {
  const int matrix = lane() / 8;
  load_matrices(
      b, tile + Tile<D>::chunk(row + lane() % 8 + matrix / 2 * 8, 2 * k + matrix % 2));
}

/** Fragments b of the tile: of columns 16 c … and 16 c + 8 …, rows from `row` on. */
template <int D>
__device__ __forceinline__ void load_right(uint32_t (&b)[4], const bf16* tile, int row, int c) {
  const int matrix = lane() / 8;
  load_matrices_transposed(
      b, tile + Tile<D>::chunk(row + lane() % 8 + matrix % 2 * 8, 2 * c + matrix / 2));
}

/** The product with both fragments of a load. */
__device__ __forceinline__ void multiply(
    float (&first)[4], float (&second)[4], const uint32_t (&a)[4], const uint32_t (&b)[4]) {
  const uint32_t low[2] = {b[0], b[1]};
  const uint32_t high[2] = {b[2], b[3]};
  mma_m16n8k16(first, a, low, first);
  mma_m16n8k16(second, a, high, second);
}

/** {@code sums = a[row … row + 15] bᵀ}, for the first 8 COLUMNS rows of b. */
template <int D, int COLUMNS>
__device__ __forceinline__ void products(
    float (&sums)[COLUMNS][4], const bf16* a, int row, const bf16* b) {
#pragma unroll
  for (int j = 0; j < COLUMNS; j++) {
    sums[j][0] = sums[j][1] = sums[j][2] = sums[j][3] = 0;
  }
#pragma unroll
  for (int k = 0; k < D / 16; k++) {
    uint32_t left[4];
    load_left<D>(left, a, row, k);
#pragma unroll
    for (int j = 0; j < COLUMNS; j += 2) {
      uint32_t right[4];
      load_right_transposed<D>(right, b, 8 * j, k);
      multiply(sums[j], sums[j + 1], left, right);
    }
  }
}

/** Columns 16 k … of sums as fragment a of another product. */
template <int COLUMNS>
__device__ __forceinline__ void to_left(
    uint32_t (&a)[4], const float (&sums)[COLUMNS][4], int k) {
  a[0] = pack(sums[2 * k][0], sums[2 * k][1]);
  a[1] = pack(sums[2 * k][2], sums[2 * k][3]);
  a[2] = pack(sums[2 * k + 1][0], sums[2 * k + 1][1]);
  a[3] = pack(sums[2 * k + 1][2], sums[2 * k + 1][3]);
}

/** {@code sums += weights rows}, with 8 COLUMNS rows. */
template <int D, int COLUMNS>
__device__ __forceinline__ void add_weighted(
    float (&sums)[D / 8][4], const float (&weights)[COLUMNS][4], const bf16* rows) {
#pragma unroll
  for (int k = 0; k < COLUMNS / 2; k++) {
    uint32_t left[4];
    to_left(left, weights, k);
#pragma unroll
    for (int c = 0; c < D / 16; c++) {
      uint32_t right[4];
      load_right<D>(right, rows, 16 * k, c);
      multiply(sums[2 * c], sums[2 * c + 1], left, right);
    }
  }
}

/** Over the four lanes that hold one row of a product. */
__device__ __forceinline__ float quad_sum(float x) {
  x += __shfl_xor_sync(ALL_LANES, x, 1);
  return x + __shfl_xor_sync(ALL_LANES, x, 2);
}

__device__ __forceinline__ float quad_max(float x) {
  x = fmaxf(x, __shfl_xor_sync(ALL_LANES, x, 1));
  return fmaxf(x, __shfl_xor_sync(ALL_LANES, x, 2));
}

/** The running softmax of the rows that a lane has a part of: lane / 4 of 16, and that + 8. */
struct Softmax {
  float top[2] = {-INFINITY, -INFINITY}; // largest score so far, before the scale
  float sum[2] = {0, 0};
};

/** Scores become e^(scale (score − top)); what is there of out is brought to the new top. */
template <int COLUMNS, int WIDTH>
__device__ __forceinline__ void add_scores(
    Softmax& softmax, float (&scores)[COLUMNS][4], float (&out)[WIDTH][4], float scale2) {
#pragma unroll
  for (int h = 0; h < 2; h++) {
    float largest = softmax.top[h];
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) {
      largest = fmaxf(largest, fmaxf(scores[j][2 * h], scores[j][2 * h + 1]));
    }
    largest = quad_max(largest);
    const float shift = largest * scale2;
    float part = 0;
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) {
#pragma unroll
      for (int i = 2 * h; i < 2 * h + 2; i++) {
        scores[j][i] = exp2f(scores[j][i] * scale2 - shift);
        part += scores[j][i];
      }
    }
    const float kept = exp2f(softmax.top[h] * scale2 - shift);
    softmax.sum[h] = softmax.sum[h] * kept + part; // of this lane's columns
    softmax.top[h] = largest;
#pragma unroll
    for (int c = 0; c < WIDTH; c++) {
      out[c][2 * h] *= kept;
      out[c][2 * h + 1] *= kept;
    }
  }
}

/** Scores of keys behind their queries become −∞; scores[j] are of keys key + 8 j …. */
template <int COLUMNS>
__device__ __forceinline__ void hide_later(float (&scores)[COLUMNS][4], int query, int key) {
#pragma unroll
  for (int j = 0; j < COLUMNS; j++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int row = query + lane() / 4 + i / 2 * 8;
      if (key + 8 * j + lane() % 4 * 2 + i % 2 > row) {
        scores[j][i] = -INFINITY;
      }
    }
  }
}

/** Rows of a warp, 16 TILES of them. */
template <int D, int TILES>
__device__ __forceinline__ void forward(
    bf16* out, float* lse, const bf16* qkv, const float* rotations, const Shape& s) {
  constexpr int ROWS = WARPS * 16 * TILES;
  constexpr int SIZE = KEYS * D;
  SharedMemory shared;
  bf16* q = shared.tile<bf16>(ROWS * D);
  bf16* k = shared.tile<bf16>(2 * SIZE);
  bf16* v = shared.tile<bf16>(2 * SIZE);
  const int first = (gridDim.x - 1 - blockIdx.x) * ROWS; // blocks with most tiles come first
  const int end = first + ROWS < s.time ? first + ROWS : s.time;
  const Rows rows = rows_of_qkv(s);
  load_async<D, ROWS>(q, qkv, rows, first, s);
  load_async<D, KEYS>(k, qkv + s.size, rows, 0, s);
  load_async<D, KEYS>(v, qkv + 2 * s.size, rows, 0, s);
  copy_async_commit();

  const float scale2 = s.scale * LOG2_E;
  const int my_row = warp() * 16 * TILES;
  const int my_query = first + my_row;
  float o[TILES][D / 8][4] = {};
  Softmax softmax[TILES];
  for (int start = 0, n = 0; start < end; start += KEYS, n++) {
    copy_async_wait<0>();
    __syncthreads(); // this tile is there, and all are done with the one before
    bf16* key_tile = k + n % 2 * SIZE;
    bf16* value_tile = v + n % 2 * SIZE;
    if (start + KEYS < end) {
      load_async<D, KEYS>(k + (n + 1) % 2 * SIZE, qkv + s.size, rows, start + KEYS, s);
      load_async<D, KEYS>(v + (n + 1) % 2 * SIZE, qkv + 2 * s.size, rows, start + KEYS, s);
      copy_async_commit();
    }
    if (s.rotary > 0) {
      if (n == 0) {
        rotate<D, ROWS>(q, rotations, first, s);
      }
      rotate<D, KEYS>(key_tile, rotations, start, s);
      __syncthreads();
    }
    if (start > my_query + 16 * TILES - 1 || my_query >= s.time) {
      continue; // all of this warp's queries come before these keys, or there are none
    }
    float scores[TILES][KEYS / 8][4] = {};
#pragma unroll
    for (int part = 0; part < D / 16; part++) {
      uint32_t left[TILES][4];
#pragma unroll
      for (int m = 0; m < TILES; m++) {
        load_left<D>(left[m], q, my_row + 16 * m, part);
      }
#pragma unroll
      for (int j = 0; j < KEYS / 8; j += 2) {
        uint32_t right[4];
        load_right_transposed<D>(right, key_tile, 8 * j, part);
#pragma unroll
        for (int m = 0; m < TILES; m++) {
          multiply(scores[m][j], scores[m][j + 1], left[m], right);
        }
      }
    }
#pragma unroll
    for (int m = 0; m < TILES; m++) {
      if (start + KEYS - 1 > my_query + 16 * m) {
        hide_later(scores[m], my_query + 16 * m, start);
      }
      add_scores(softmax[m], scores[m], o[m], scale2);
    }
#pragma unroll
    for (int part = 0; part < KEYS / 16; part++) {
      uint32_t weights[TILES][4];
#pragma unroll
      for (int m = 0; m < TILES; m++) {
        to_left(weights[m], scores[m], part);
      }
#pragma unroll
      for (int c = 0; c < D / 16; c++) {
        uint32_t right[4];
        load_right<D>(right, value_tile, 16 * part, c);
#pragma unroll
        for (int m = 0; m < TILES; m++) {
          multiply(o[m][2 * c], o[m][2 * c + 1], weights[m], right);
        }
      }
    }
  }

  // A warp's rows of q are its own: through them the rows go out in whole chunks.
  __syncwarp(); // its lanes have read them
  const Rows to = rows_of_out(s);
#pragma unroll
  for (int m = 0; m < TILES; m++) {
#pragma unroll
    for (int h = 0; h < 2; h++) {
      const float sum = quad_sum(softmax[m].sum[h]);
      const int row = my_row + 16 * m + lane() / 4 + 8 * h;
      if (lane() % 4 == 0 && first + row < s.time) {
        lse[statistics_of(s) + first + row] = softmax[m].top[h] * s.scale + logf(sum);
      }
#pragma unroll
      for (int c = 0; c < D / 8; c++) {
        uint32_t* pair = reinterpret_cast<uint32_t*>(q + Tile<D>::chunk(row, c)) + lane() % 4;
        *pair = pack(o[m][c][2 * h] / sum, o[m][c][2 * h + 1] / sum);
      }
    }
  }
  __syncwarp();
  for (int i = lane(); i < 16 * TILES * Tile<D>::CHUNKS; i += WARP_SIZE) {
    const int row = my_row + i / Tile<D>::CHUNKS;
    const int chunk = i % Tile<D>::CHUNKS;
    const int64_t t = first + row;
    if (t < s.time && chunk * 8 < s.size) {
      store_words(out + to.start + t * to.step + chunk * 8,
                  load_words(q + Tile<D>::chunk(row, chunk)));
    }
  }
}

/**
 * A warp's 16 rows of gradients, times a factor, to rows `first` … of one head; turned back if there
 * are rotations. The space is the warp's own, of 8 D floats: eight rows go at a time, each a little
 * further round, so that rows do not meet in a bank.
 */
template <int D>
__device__ __forceinline__ void store_rows(
    bf16* all, Rows rows, const float (&sums)[D / 8][4], float factor, float* space, int first,
    const Shape& s, const float* rotations) {
  const int half = rotations == nullptr ? 0 : s.rotary / 2;
#pragma unroll
  for (int h = 0; h < 2; h++) {
    __syncwarp();
#pragma unroll
    for (int c = 0; c < D / 8; c++) {
      const int row = lane() / 4;
      float* pair = space + row * D + (8 * c + lane() % 4 * 2 + 8 * row) % D;
      pair[0] = sums[c][2 * h] * factor;
      pair[1] = sums[c][2 * h + 1] * factor;
    }
    __syncwarp();
    for (int i = lane(); i < 8 * Tile<D>::CHUNKS; i += WARP_SIZE) {
      const int row = i / Tile<D>::CHUNKS;
      const int start = i % Tile<D>::CHUNKS * 8;
      const int64_t t = first + 8 * h + row;
      if (t >= s.time || start >= s.size) {
        continue;
      }
      const float* angles = rotations + t * s.rotary;
      float x[8];
#pragma unroll
      for (int j = 0; j < 8; j++) {
        const int d = start + j;
        x[j] = space[row * D + (d + 8 * row) % D];
        if (d < 2 * half) {
          const int other = d < half ? d + half : d - half;
          const float turn = d < half ? angles[half + d] : -angles[d];
          x[j] = x[j] * angles[d < half ? d : other] +
                 space[row * D + (other + 8 * row) % D] * turn;
        }
      }
      store_wide(all + rows.start + t * rows.step + start, x);
    }
  }
}

/** δ of the warp's 16 rows from `row` of the tile on; lanes 2 i and 2 i + 1 get that of row i. */
template <int D>
__device__ __forceinline__ float delta_of(
    const bf16* d_out_tile, const bf16* out, int row, int first, const Shape& s) {
  const Rows rows = rows_of_out(s);
  const int mine = row + lane() / 2;
  const int64_t t = first + mine;
  float sum = 0;
  if (t < s.time) {
    for (int chunk = lane() % 2; chunk * 8 < s.size; chunk += 2) {
      float a[8];
      float b[8];
      load_wide(a, d_out_tile + Tile<D>::chunk(mine, chunk));
      load_wide(b, out + rows.start + t * rows.step + chunk * 8);
#pragma unroll
      for (int d = 0; d < 8; d++) {
        sum += a[d] * b[d];
      }
    }
  }
  return sum + __shfl_xor_sync(ALL_LANES, sum, 1);
}

template <int D>
__device__ __forceinline__ void backward_q(
    bf16* d_qkv, float* delta, const bf16* d_out, const bf16* out, const bf16* qkv,
    const float* lse, const float* rotations, const Shape& s) {
  constexpr int ROWS = WARPS * 16;
  constexpr int SIZE = KEYS * D;
  constexpr int COLUMNS = KEYS / 8;
  SharedMemory shared;
  bf16* q = shared.tile<bf16>(ROWS * D);
  bf16* d_o = shared.tile<bf16>(ROWS * D);
  bf16* k = shared.tile<bf16>(2 * SIZE);
  bf16* v = shared.tile<bf16>(2 * SIZE);
  const int first = (gridDim.x - 1 - blockIdx.x) * ROWS;
  const int end = first + ROWS < s.time ? first + ROWS : s.time;
  const Rows rows = rows_of_qkv(s);
  load_async<D, ROWS>(q, qkv, rows, first, s);
  load_async<D, ROWS>(d_o, d_out, rows_of_out(s), first, s);
  load_async<D, KEYS>(k, qkv + s.size, rows, 0, s);
  load_async<D, KEYS>(v, qkv + 2 * s.size, rows, 0, s);
  copy_async_commit();

  const float scale2 = s.scale * LOG2_E;
  const int my_row = warp() * 16;
  const int my_query = first + my_row;
  float norm[2];
  float mean[2];
  float dq[D / 8][4] = {};
  for (int start = 0, n = 0; start < end; start += KEYS, n++) {
    copy_async_wait<0>();
    __syncthreads(); // this tile is there, and all are done with the one before
    bf16* key_tile = k + n % 2 * SIZE;
    const bf16* value_tile = v + n % 2 * SIZE;
    if (start + KEYS < end) {
      load_async<D, KEYS>(k + (n + 1) % 2 * SIZE, qkv + s.size, rows, start + KEYS, s);
      load_async<D, KEYS>(v + (n + 1) % 2 * SIZE, qkv + 2 * s.size, rows, start + KEYS, s);
      copy_async_commit();
    }
    if (n == 0) {
      const float of_row = delta_of<D>(d_o, out, my_row, first, s);
      const int row = my_query + lane() / 2;
      if (lane() % 2 == 0 && row < s.time) {
        delta[statistics_of(s) + row] = of_row;
      }
#pragma unroll
      for (int h = 0; h < 2; h++) {
        const int t = my_query + lane() / 4 + 8 * h;
        mean[h] = __shfl_sync(ALL_LANES, of_row, 2 * (lane() / 4 + 8 * h));
        norm[h] = t < s.time ? lse[statistics_of(s) + t] * LOG2_E : 0;
      }
    }
    if (s.rotary > 0) {
      if (n == 0) {
        rotate<D, ROWS>(q, rotations, first, s);
      }
      rotate<D, KEYS>(key_tile, rotations, start, s);
      __syncthreads();
    }
    if (start > my_query + 15 || my_query >= s.time) {
      continue;
    }
    float p[COLUMNS][4];
    float ds[COLUMNS][4];
    products<D>(p, q, my_row, key_tile);
    if (start + KEYS - 1 > my_query) {
      hide_later(p, my_query, start);
    }
    products<D>(ds, d_o, my_row, value_tile);
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        ds[j][i] = exp2f(p[j][i] * scale2 - norm[i / 2]) * (ds[j][i] - mean[i / 2]);
      }
    }
    add_weighted<D>(dq, ds, key_tile);
  }
  float* space = reinterpret_cast<float*>(q + my_row * D); // the warp's own rows
  store_rows<D>(d_qkv, rows, dq, s.scale, space, my_query, s, rotations);
}

template <int D, int QUERIES>
__device__ __forceinline__ void backward_kv(
    bf16* d_qkv, const bf16* d_out, const bf16* qkv, const float* lse, const float* delta,
    const float* rotations, const Shape& s) {
  constexpr int SIZE = QUERIES * D;
  constexpr int COLUMNS = QUERIES / 8;
  SharedMemory shared;
  bf16* k = shared.tile<bf16>(KEYS * D);
  bf16* v = shared.tile<bf16>(KEYS * D);
  bf16* q = shared.tile<bf16>(2 * SIZE);
  bf16* d_o = shared.tile<bf16>(2 * SIZE);
  float* norms = shared.tile<float>(2 * QUERIES);
  float* means = shared.tile<float>(2 * QUERIES);
  const int start = blockIdx.x * KEYS;
  const Rows rows = rows_of_qkv(s);
  const Rows out_rows = rows_of_out(s);
  const float* my_lse = lse + statistics_of(s);
  const float* my_delta = delta + statistics_of(s);
  load_async<D, KEYS>(k, qkv + s.size, rows, start, s);
  load_async<D, KEYS>(v, qkv + 2 * s.size, rows, start, s);
  load_async<D, QUERIES>(q, qkv, rows, start, s);
  load_async<D, QUERIES>(d_o, d_out, out_rows, start, s);
  load_async<QUERIES>(norms, my_lse, start, s);
  load_async<QUERIES>(means, my_delta, start, s);
  copy_async_commit();

  const float scale2 = s.scale * LOG2_E;
  const int my_row = warp() * 16;
  const int my_key = start + my_row;
  float dk[D / 8][4] = {};
  float dv[D / 8][4] = {};
  for (int first = start, n = 0; first < s.time; first += QUERIES, n++) {
    copy_async_wait<0>();
    __syncthreads(); // this tile is there, and all are done with the one before
    const int now = n % 2;
    bf16* query_tile = q + now * SIZE;
    const bf16* d_out_tile = d_o + now * SIZE;
    const int next = first + QUERIES;
    if (next < s.time) {
      load_async<D, QUERIES>(q + (1 - now) * SIZE, qkv, rows, next, s);
      load_async<D, QUERIES>(d_o + (1 - now) * SIZE, d_out, out_rows, next, s);
      load_async<QUERIES>(norms + (1 - now) * QUERIES, my_lse, next, s);
      load_async<QUERIES>(means + (1 - now) * QUERIES, my_delta, next, s);
      copy_async_commit();
    }
    if (s.rotary > 0) {
      if (n == 0) {
        rotate<D, KEYS>(k, rotations, start, s);
      }
      rotate<D, QUERIES>(query_tile, rotations, first, s);
      __syncthreads();
    }
    if (first + QUERIES - 1 < my_key || my_key >= s.time) {
      continue; // all of these queries come before the warp's keys, or there are none
    }
    // Of the transposes: rows are keys, columns queries.
    float p[COLUMNS][4];
    float ds[COLUMNS][4];
    products<D>(p, k, my_row, query_tile);
    products<D>(ds, v, my_row, d_out_tile);
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const int column = 8 * j + lane() % 4 * 2 + i % 2;
        const bool seen = my_key + lane() / 4 + i / 2 * 8 <= first + column;
        const float norm = norms[now * QUERIES + column] * LOG2_E;
        p[j][i] = seen ? exp2f(p[j][i] * scale2 - norm) : 0;
        ds[j][i] = p[j][i] * (ds[j][i] - means[now * QUERIES + column]);
      }
    }
    add_weighted<D>(dv, p, d_out_tile);
    add_weighted<D>(dk, ds, query_tile);
  }
  float* space = reinterpret_cast<float*>(k + my_row * D); // the warp's own rows
  store_rows<D>(d_qkv + s.size, rows, dk, s.scale, space, my_key, s, rotations);
  store_rows<D>(d_qkv + 2 * s.size, rows, dv, 1, space, my_key, s,
                static_cast<const float*>(nullptr));
}

// Launch: block 128; grid ⌈T / R⌉ × H × B with R rows of queries a block for forward (128 for D = 64,
// else 64), 64 of queries for backward_q, 64 of keys for backward_kv, before which backward_q has to
// have run. Shared memory: forward 2 D (R + 256), backward_q 768 D, backward_kv 256 D + 8 D Q + 16 Q
// with Q = 32 queries a tile for D = 128, else 64.
#define ATTENTION_MMA_KERNELS(D, TILES, QUERIES)                                               \
  KERNEL_BOUNDS(attention_mma_forward_bf16_d##D, BLOCK)                                        \
  (bf16* out, float* lse, const bf16* qkv, const float* rotations, int time, int heads,        \
   int size, int rotary, float scale) {                                                        \
    forward<D, TILES>(out, lse, qkv, rotations, {time, heads, size, rotary, scale});           \
  }                                                                                            \
  KERNEL_END(attention_mma_forward_bf16_d##D)                                                  \
  KERNEL_BOUNDS(attention_mma_backward_q_bf16_d##D, BLOCK)                                     \
  (bf16* d_qkv, float* delta, const bf16* d_out, const bf16* out, const bf16* qkv,             \
   const float* lse, const float* rotations, int time, int heads, int size, int rotary,        \
   float scale) {                                                                              \
    backward_q<D>(d_qkv, delta, d_out, out, qkv, lse, rotations,                               \
                  {time, heads, size, rotary, scale});                                         \
  }                                                                                            \
  KERNEL_END(attention_mma_backward_q_bf16_d##D)                                               \
  KERNEL_BOUNDS(attention_mma_backward_kv_bf16_d##D, BLOCK)                                    \
  (bf16* d_qkv, const bf16* d_out, const bf16* qkv, const float* lse, const float* delta,      \
   const float* rotations, int time, int heads, int size, int rotary, float scale) {           \
    backward_kv<D, QUERIES>(d_qkv, d_out, qkv, lse, delta, rotations,                          \
                            {time, heads, size, rotary, scale});                               \
  }                                                                                            \
  KERNEL_END(attention_mma_backward_kv_bf16_d##D)

ATTENTION_MMA_KERNELS(16, 1, 64)
ATTENTION_MMA_KERNELS(32, 1, 64)
ATTENTION_MMA_KERNELS(64, 2, 64)
ATTENTION_MMA_KERNELS(128, 1, 32)
