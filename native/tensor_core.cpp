#include "tensor_core.h"

#include <bit>

#include "block.h"

namespace simulator {

namespace {

// Rows of A and B by k, for the sums to be taken in the order of k.
struct Fragments {
  const uint32_t *a, *b;
  const float* c;
  float* d;
};

float half(uint32_t pair, int upper) {
  return std::bit_cast<float>(upper != 0 ? pair & 0xFFFF0000 : pair << 16);
}

void resolve_mma(void* const (&lanes)[LANES]) {
  float a[16][16], b[16][8], sums[16][8];
  for (int lane = 0; lane < 32; lane++) {
    const auto* mine = static_cast<const Fragments*>(lanes[lane]);
    if (mine == nullptr) continue;
    int g = lane / 4, t = lane % 4;
    for (int upper = 0; upper < 2; upper++) {
      for (int r = 0; r < 4; r++)
        a[g + r % 2 * 8][2 * t + r / 2 * 8 + upper] = half(mine->a[r], upper);
      for (int r = 0; r < 2; r++) b[2 * t + r * 8 + upper][g] = half(mine->b[r], upper);
    }
    for (int r = 0; r < 4; r++) sums[g + r / 2 * 8][2 * t + r % 2] = mine->c[r];
  }
  for (int i = 0; i < 16; i++) {
    for (int k = 0; k < 16; k++) {
      for (int j = 0; j < 8; j++) sums[i][j] += a[i][k] * b[k][j];
    }
  }
  for (int lane = 0; lane < 32; lane++) {
    const auto* mine = static_cast<const Fragments*>(lanes[lane]);
    if (mine == nullptr) continue;
    int g = lane / 4, t = lane % 4;
    for (int r = 0; r < 4; r++) mine->d[r] = sums[g + r / 2 * 8][2 * t + r % 2];
  }
}

struct Matrices {
  const uint32_t* row;
  uint32_t* registers;
  int count;
  bool transposed;
};

uint32_t element(void* const (&lanes)[LANES], int matrix, int row, int column) {
  uint32_t pair = static_cast<const Matrices*>(lanes[matrix * 8 + row])->row[column / 2];
  return column % 2 != 0 ? pair >> 16 : pair & 0xFFFF;
}

void resolve_matrices(void* const (&lanes)[LANES]) {
  for (int lane = 0; lane < 32; lane++) {
    const auto* mine = static_cast<const Matrices*>(lanes[lane]);
    int g = lane / 4, t = lane % 4;
    for (int m = 0; m < mine->count; m++) {
      uint32_t lower = mine->transposed ? element(lanes, m, 2 * t, g) : element(lanes, m, g, 2 * t);
      uint32_t upper =
          mine->transposed ? element(lanes, m, 2 * t + 1, g) : element(lanes, m, g, 2 * t + 1);
      mine->registers[m] = lower | upper << 16;
    }
  }
}

// Both instructions are for whole warps.
void meet_whole_warp(const char* name, void* operand, Resolve resolve) {
  unsigned present = current->warp->present;
  if (present != 0xFFFFFFFF)
    fail("calls %s in a warp of which only the lanes 0x%08x are there", name, present);
  warp_meet(name, 0xFFFFFFFF, operand, resolve);
}

}  // namespace

void mma_m16n8k16(float* d, const uint32_t* a, const uint32_t* b, const float* c) {
  Fragments mine = {a, b, c, d};
  meet_whole_warp("mma.sync", &mine, resolve_mma);
}

void exchange_matrices(uint32_t* registers, int count, const uint32_t (&row)[4], bool transposed) {
  static const char* const names[2][5] = {
      {"", "ldmatrix.x1", "ldmatrix.x2", "", "ldmatrix.x4"},
      {"", "ldmatrix.x1.trans", "ldmatrix.x2.trans", "", "ldmatrix.x4.trans"}};
  Matrices mine = {row, registers, count, transposed};
  meet_whole_warp(names[transposed][count], &mine, resolve_matrices);
}

}  // namespace simulator
