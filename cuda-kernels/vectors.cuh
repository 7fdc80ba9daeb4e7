#pragma once

#include "device.cuh"

// Sixteen bytes at once: what the memory-bound kernels load and store by. Addresses are multiples of
// 16; a thread's elements are eight of bf16 or four of fp32, held as fp32.

template <typename T>
constexpr int WIDE = 16 / sizeof(T);

/** Two bf16 in one word, rounded to nearest; the first in the lower half. */
__device__ __forceinline__ uint32_t pack(float first, float second) {
#ifdef PALIMPSEST_SIMULATOR
  return from_float<bf16>(first).bits | static_cast<uint32_t>(from_float<bf16>(second).bits) << 16;
#else
  const __nv_bfloat162 pair = __floats2bfloat162_rn(first, second);
  return *reinterpret_cast<const uint32_t*>(&pair);
#endif
}

__device__ __forceinline__ float lower(uint32_t pair) { return __uint_as_float(pair << 16); }
__device__ __forceinline__ float upper(uint32_t pair) { return __uint_as_float(pair & 0xFFFF0000); }

__device__ __forceinline__ uint4 load_words(const void* from) {
  return *static_cast<const uint4*>(from);
}

__device__ __forceinline__ void store_words(void* to, uint4 words) {
  *static_cast<uint4*>(to) = words;
}

__device__ __forceinline__ void unpack(float (&x)[8], uint4 w) {
  x[0] = lower(w.x);
  x[1] = upper(w.x);
  x[2] = lower(w.y);
  x[3] = upper(w.y);
  x[4] = lower(w.z);
  x[5] = upper(w.z);
  x[6] = lower(w.w);
  x[7] = upper(w.w);
}

__device__ __forceinline__ void unpack(float (&x)[4], uint4 w) {
  x[0] = __uint_as_float(w.x);
  x[1] = __uint_as_float(w.y);
  x[2] = __uint_as_float(w.z);
  x[3] = __uint_as_float(w.w);
}

__device__ __forceinline__ uint4 packed(const float (&x)[8]) {
  return make_uint4(pack(x[0], x[1]), pack(x[2], x[3]), pack(x[4], x[5]), pack(x[6], x[7]));
}

__device__ __forceinline__ uint4 packed(const float (&x)[4]) {
  return make_uint4(__float_as_uint(x[0]), __float_as_uint(x[1]), __float_as_uint(x[2]),
                    __float_as_uint(x[3]));
}

/** One access of 16 bytes. */
template <typename T>
__device__ __forceinline__ void load_wide(float (&x)[WIDE<T>], const T* from) {
  unpack(x, load_words(from));
}

template <typename T>
__device__ __forceinline__ void store_wide(T* to, const float (&x)[WIDE<T>]) {
  store_words(to, packed(x));
}
