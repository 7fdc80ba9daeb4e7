// The token lookup of embedding.cu by accesses of 16 bytes: table [V, C], tokens [N], out [N, C], with
// rows C of whole chunks, 8 elements of bf16 or 4 of fp32.
//
// forward   out[n] = table[tokens[n]]                                   2 E N C bytes
//
// Version: a chunk a thread. The backward, which adds rows to rows that meet, is that of embedding.cu.

#include "wide.cuh"

template <typename T>
__device__ __forceinline__ void forward(
    T* out, const T* table, const int* tokens, int64_t rows, int width) {
  each_chunk<T>(rows, width, [=](int64_t row, int column) {
    const int64_t from = static_cast<int64_t>(tokens[row]) * width + column;
    store_words(out + row * width + column, load_words(table + from));
  });
}

// Launch: by rows of chunks (block min(256, chunks to a multiple of 32) × 256 / that; grid ⌈chunks / x⌉
// × at most 65535), no shared memory.
#define EMBEDDING_WIDE_KERNELS(TYPE, SUFFIX)                                                   \
  KERNEL(embedding_wide_forward_##SUFFIX)                                                      \
  (TYPE* out, const TYPE* table, const int* tokens, int64_t rows, int width) {                 \
    forward(out, table, tokens, rows, width);                                                  \
  }                                                                                            \
  KERNEL_END_LOOP(embedding_wide_forward_##SUFFIX)

EMBEDDING_WIDE_KERNELS(float, fp32)
EMBEDDING_WIDE_KERNELS(bf16, bf16)
