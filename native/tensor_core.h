// What the tensor cores do, for the simulator. The lane layouts stand in
// cuda-kernels/primitives.cuh.
#pragma once

#include "simulator.h"

#include <cstdint>

namespace simulator {

void mma_m16n8k16(float* d, const uint32_t* a, const uint32_t* b, const float* c);

// `row` is what this lane has read, `registers` one for each of `count` matrices.
void exchange_matrices(uint32_t* registers, int count, const uint32_t (&row)[4], bool transposed);

// Each lane reads its row itself, in code that a sanitizer watches.
template <int N>
void load_matrices(uint32_t (&registers)[N], const void* address, bool transposed) {
  uint32_t row[4] = {};
  const dim3 size = block_size;
  unsigned number = thread_index.x + size.x * (thread_index.y + size.y * thread_index.z);
  if (number % 32 < 8 * N) {
    if (reinterpret_cast<uintptr_t>(address) % 16 != 0)
      fail("calls ldmatrix with a row that does not begin on a boundary of 16 bytes");
    for (int i = 0; i < 4; i++) row[i] = static_cast<const uint32_t*>(address)[i];
  }
  exchange_matrices(registers, N, row, transposed);
}

}  // namespace simulator
