// What a kernel file sees of CUDA when g++ compiles it for the simulator: types, indices,
// intrinsics and mathematics under their CUDA names. Numbers come out as on the device, except for
// the last bits of transcendental functions.
#pragma once

#include "cuda_types.h"
#include "registration.h"
#include "simulator.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <atomic>
#include <bit>
#include <type_traits>

#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(n) alignas(n)

#define threadIdx (simulator::thread_index)
#define blockIdx (simulator::block_index)
#define blockDim (simulator::block_size)
#define gridDim (simulator::grid_size)

#include "atomics_host.h"
#include "math_host.h"
#include "warp_host.h"

// Every thread of the block must come here, at the same line: anything else is a divergent barrier.
#define __syncthreads() simulator::block_barrier(__FILE__, __LINE__)
#define __threadfence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define __threadfence_block() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define __trap() simulator::fail("__trap() at %s:%d", __FILE__, __LINE__)

template <typename T>
__forceinline__ T __ldg(const T* address) {
  return *address;
}
template <typename T>
__forceinline__ T __ldcs(const T* address) {
  return *address;
}
template <typename T>
__forceinline__ T __ldcg(const T* address) {
  return *address;
}
template <typename T>
__forceinline__ void __stcs(T* address, T value) {
  *address = value;
}
template <typename T>
__forceinline__ void __stcg(T* address, T value) {
  *address = value;
}

// bfloat16 as a storage type: the upper half of a float.
struct bf16 {
  uint16_t bits;
};

__forceinline__ float to_float(bf16 x) { return std::bit_cast<float>(uint32_t(x.bits) << 16); }

template <typename T>
T from_float(float x);

// Round to nearest even; NaN becomes the canonical NaN, as __float2bfloat16_rn makes it.
template <>
__forceinline__ bf16 from_float<bf16>(float x) {
  uint32_t bits = std::bit_cast<uint32_t>(x);
  uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
  return bf16{uint16_t(x == x ? rounded : 0x7FFF)};
}

// Cuts a block's shared memory into tiles, each an allocation of its own with fences.
class SharedMemory {
 public:
  template <typename T>
  T* tile(size_t n) {
    return static_cast<T*>(simulator::shared_tile(next_++, n * sizeof(T)));
  }

 private:
  unsigned next_ = 0;
};
