// Token embeddings: table [V, C], tokens [N], out and dOut [N, C], dTable [V, C] in fp32.
//
// forward   out[n] = table[tokens[n]]                                   2 E N C bytes
// backward  dTable[tokens[n]] += dOut[n], for each row in the order of n
//           E N C read, 8 bytes read and written for each of at most N C elements of dTable, and the
//           tokens once for every block, from the L2
//
// The backward is deterministic: a block owns a group of rows of the table and looks through all
// tokens for its own, 256 at a time. Those found are listed in the order of n (a vote in each warp
// says how many lie before), then the threads, a column each, add their rows one after the other.
// An element of the table thus belongs to one thread, and its sum has one order.

#include "reduce.cuh"

template <typename T>
__device__ __forceinline__ void forward(
    T* out, const T* table, const int* tokens, int64_t rows, int width) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  if (column >= width) {
    return;
  }
  const int64_t step = static_cast<int64_t>(gridDim.y) * blockDim.y;
  for (int64_t row = static_cast<int64_t>(blockIdx.y) * blockDim.y + threadIdx.y; row < rows;
       row += step) {
    out[row * width + column] = table[static_cast<int64_t>(tokens[row]) * width + column];
  }
}

constexpr int BLOCK = 256;
constexpr int WARPS = BLOCK / WARP_SIZE;

template <typename T>
__device__ __forceinline__ void backward(
    float* d_table, const int* tokens, const T* d_out, int64_t rows, int width, int vocabulary,
    int group) {
  SharedMemory shared;
  int* found = shared.tile<int>(BLOCK); // which of these 256 tokens are the block's own
  int* counts = shared.tile<int>(WARPS);
  const int first = blockIdx.x * group;
  const int end = first + group < vocabulary ? first + group : vocabulary;
  const unsigned warp = threadIdx.x / WARP_SIZE;
  const unsigned before = (1u << threadIdx.x % WARP_SIZE) - 1;
  for (int64_t start = 0; start < rows; start += BLOCK) {
    const int64_t n = start + threadIdx.x;
    const int token = n < rows ? tokens[n] : -1;
    const bool mine = token >= first && token < end;
    const unsigned votes = __ballot_sync(ALL_LANES, mine);
    if (threadIdx.x % WARP_SIZE == 0) {
      counts[warp] = __popc(votes);
    }
    __syncthreads();
    int count = 0;
    int place = __popc(votes & before);
    for (unsigned w = 0; w < WARPS; w++) {
      place += w < warp ? counts[w] : 0;
      count += counts[w];
    }
    if (mine) {
      found[place] = threadIdx.x;
    }
    __syncthreads();
    for (int i = 0; i < count; i++) {
      const int64_t row = start + found[i];
      const int64_t to = static_cast<int64_t>(tokens[row]) * width;
      for (int column = threadIdx.x; column < width; column += BLOCK) {
        d_table[to + column] += to_float(d_out[row * width + column]);
      }
    }
    __syncthreads(); // the list is done with
  }
}

// Launch: forward by rows (block min(256, C to a multiple of 32) × 256 / that; grid ⌈C / x⌉ × at
// most 65535); backward block 256, grid ⌈V / group⌉, 1056 bytes of shared memory. The group changes
// no bit: small ones share the work better, large ones read the tokens less often.
#define EMBEDDING_KERNELS(TYPE, SUFFIX)                                                        \
  KERNEL(embedding_forward_##SUFFIX)                                                           \
  (TYPE* out, const TYPE* table, const int* tokens, int64_t rows, int width) {                 \
    forward(out, table, tokens, rows, width);                                                  \
  }                                                                                            \
  KERNEL_END_LOOP(embedding_forward_##SUFFIX)                                                  \
  KERNEL(embedding_backward_##SUFFIX)                                                          \
  (float* d_table, const int* tokens, const TYPE* d_out, int64_t rows, int width,              \
   int vocabulary, int group) {                                                                \
    backward(d_table, tokens, d_out, rows, width, vocabulary, group);                          \
  }                                                                                            \
  KERNEL_END(embedding_backward_##SUFFIX)

EMBEDDING_KERNELS(float, fp32)
EMBEDDING_KERNELS(bf16, bf16)
