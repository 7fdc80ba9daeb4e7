// Tensor cores and asynchronous copies: what CUDA C++ has no plain spelling for. Every primitive
// has a device body, in PTX, and a body for the simulator. All 32 lanes of a warp call the matrix
// primitives together. Sections are those of the PTX ISA 9.0, chapter 9.7, "Instructions".
#pragma once

#include "device.cuh"

#ifdef PALIMPSEST_SIMULATOR
#include "tensor_core.h"
#else

// The address that PTX wants for shared memory.
__device__ __forceinline__ uint32_t shared_address(const void* pointer) {
  return static_cast<uint32_t>(__cvta_generic_to_shared(pointer));
}

#endif

// D[16,8] = A[16,16]·B[16,8] + C[16,8], bf16 operands, fp32 sums; `d` may be `c`.
// "Matrix Fragments for mma.m16n8k16 with floating point type": with g = lane / 4 and t = lane % 4
// a lane holds
//
//   register   lower half       upper half            register   element
//   a[0]       A[g][2t]         A[g][2t+1]            c[0], d[0]  [g][2t]
//   a[1]       A[g+8][2t]       A[g+8][2t+1]          c[1], d[1]  [g][2t+1]
//   a[2]       A[g][2t+8]       A[g][2t+9]            c[2], d[2]  [g+8][2t]
//   a[3]       A[g+8][2t+8]     A[g+8][2t+9]          c[3], d[3]  [g+8][2t+1]
//   b[0]       B[2t][g]         B[2t+1][g]
//   b[1]       B[2t+8][g]       B[2t+9][g]
__device__ __forceinline__ void mma_m16n8k16(float (&d)[4], const uint32_t (&a)[4],
                                             const uint32_t (&b)[2], const float (&c)[4]) {
#ifdef PALIMPSEST_SIMULATOR
  simulator::mma_m16n8k16(d, a, b, c);
#else
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%10, %11, %12, %13};"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]),
        "f"(c[2]), "f"(c[3]));
#endif
}

// Loads N (1, 2 or 4) matrices of 8 × 8 bf16 from shared memory, one into each register.
// "Warp-level matrix load instruction: ldmatrix": lane 8·i + r gives the address of row r of matrix
// i, 16 bytes on a boundary of 16 (lanes from 8·N on give any). With g = lane / 4 and t = lane % 4
// a lane receives
//
//   register   form         lower half     upper half
//   m[i]       plain        M_i[g][2t]     M_i[g][2t+1]
//   m[i]       transposed   M_i[2t][g]     M_i[2t+1][g]
//
// so that plain loads make fragments a of a row-major A and b of a B whose columns lie in rows, and
// transposed loads make fragments b of a row-major B.
template <int N>
__device__ __forceinline__ void load_matrices(uint32_t (&m)[N], const void* row) {
  static_assert(N == 1 || N == 2 || N == 4, "ldmatrix loads 1, 2 or 4 matrices");
#ifdef PALIMPSEST_SIMULATOR
  simulator::load_matrices(m, row, false);
#else
  if constexpr (N == 1) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];"
                 : "=r"(m[0])
                 : "r"(shared_address(row))
                 : "memory");
  } else if constexpr (N == 2) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
                 : "=r"(m[0]), "=r"(m[1])
                 : "r"(shared_address(row))
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(m[0]), "=r"(m[1]), "=r"(m[2]), "=r"(m[3])
                 : "r"(shared_address(row))
                 : "memory");
  }
#endif
}

template <int N>
__device__ __forceinline__ void load_matrices_transposed(uint32_t (&m)[N], const void* row) {
  static_assert(N == 1 || N == 2 || N == 4, "ldmatrix loads 1, 2 or 4 matrices");
#ifdef PALIMPSEST_SIMULATOR
  simulator::load_matrices(m, row, true);
#else
  if constexpr (N == 1) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];"
                 : "=r"(m[0])
                 : "r"(shared_address(row))
                 : "memory");
  } else if constexpr (N == 2) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
                 : "=r"(m[0]), "=r"(m[1])
                 : "r"(shared_address(row))
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(m[0]), "=r"(m[1]), "=r"(m[2]), "=r"(m[3])
                 : "r"(shared_address(row))
                 : "memory");
  }
#endif
}

// Copies BYTES (4, 8 or 16, both addresses on a boundary of as many) from global to shared memory
// without waiting; where `there` is false the target becomes zeros and nothing is read. "Data
// Movement and Conversion Instructions: cp.async". A lane's copies since its last commit are one
// group; they have landed for the lane itself after a wait that leaves fewer groups, and for others
// after a barrier that follows.
template <int BYTES>
__device__ __forceinline__ void copy_async(void* shared, const void* global, bool there = true) {
  static_assert(BYTES == 4 || BYTES == 8 || BYTES == 16, "cp.async copies 4, 8 or 16 bytes");
#ifdef PALIMPSEST_SIMULATOR
  simulator::copy_async(shared, global, BYTES, there ? BYTES : 0);
#else
  int bytes = there ? BYTES : 0;
  if constexpr (BYTES == 16) {
    // Past the first-level cache: a tile is read once by a block.
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(shared)),
                 "l"(global), "r"(bytes)
                 : "memory");
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(shared_address(shared)),
                 "l"(global), "n"(BYTES), "r"(bytes)
                 : "memory");
  }
#endif
}

__device__ __forceinline__ void copy_async_commit() {
#ifdef PALIMPSEST_SIMULATOR
  simulator::copy_async_commit();
#else
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

// Waits until at most GROUPS_LEFT of this lane's latest groups are under way.
template <int GROUPS_LEFT>
__device__ __forceinline__ void copy_async_wait() {
#ifdef PALIMPSEST_SIMULATOR
  simulator::copy_async_wait(GROUPS_LEFT);
#else
  asm volatile("cp.async.wait_group %0;" ::"n"(GROUPS_LEFT) : "memory");
#endif
}
