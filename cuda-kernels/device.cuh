// The one header of every kernel file. nvcc compiles the files as CUDA; g++ compiles the same files
// as C++20 for the simulator, where native/device_host.h stands in for what nvcc brings along.
//
// A kernel is opened and closed by macros and launched by its name, so that neither host code nor
// <<<>>> is needed:
//
//   KERNEL(scale_fp32)(float* out, const float* in, float factor, int64_t n) {
//     int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
//     if (i < n) out[i] = factor * in[i];
//   }
//   KERNEL_END_LOOP(scale_fp32)
//
// KERNEL_BOUNDS(name, threads) is KERNEL with __launch_bounds__(threads).
// KERNEL_END_LOOP promises a kernel without barriers, shuffles, votes or shared memory: the
// simulator runs its threads as a plain loop. All others close with KERNEL_END.
//
// Kernel files include this header, primitives.cuh and headers of this folder, nothing else: the
// simulator wraps each file in a namespace of its own, so that helpers of one name in two files
// stay apart as they do under nvcc.
#pragma once

#ifdef PALIMPSEST_SIMULATOR

#include "device_host.h"

#else

#include <cuda_bf16.h>

#include <cfloat>
#include <climits>
#include <cmath>
#include <cstdint>

#define KERNEL(name) extern "C" __global__ void name
#define KERNEL_BOUNDS(name, threads) extern "C" __global__ void __launch_bounds__(threads) name
#define KERNEL_END(name)
#define KERNEL_END_LOOP(name)

using bf16 = __nv_bfloat16;

__device__ __forceinline__ float to_float(bf16 x) { return __bfloat162float(x); }

template <typename T>
__device__ __forceinline__ T from_float(float x);

template <>
__device__ __forceinline__ bf16 from_float<bf16>(float x) {
  return __float2bfloat16_rn(x);
}

// Cuts a block's dynamic shared memory into tiles. All threads of a block ask for the same tiles in
// the same order; each tile is 16-byte aligned. A launch needs Σ round_up(n·sizeof(T), 16) bytes;
// the simulator fences each tile.
class SharedMemory {
 public:
  template <typename T>
  __device__ __forceinline__ T* tile(size_t n) {
    extern __shared__ uint4 dynamic_shared_memory[];
    T* start = reinterpret_cast<T*>(reinterpret_cast<char*>(dynamic_shared_memory) + used_);
    used_ += (n * sizeof(T) + 15) / 16 * 16;
    return start;
  }

 private:
  size_t used_ = 0;
};

#endif

constexpr int WARP_SIZE = 32;

__device__ __forceinline__ float to_float(float x) { return x; }

template <>
__device__ __forceinline__ float from_float<float>(float x) {
  return x;
}
