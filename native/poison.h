// What memory holds that nobody has written: all bits set is a NaN in fp32, bf16 and fp64, and -1
// as an integer.
#pragma once

#include <cstddef>
#include <cstring>

namespace simulator {

constexpr unsigned char POISON_BYTE = 0xFF;
constexpr unsigned char FENCE_BYTE = 0xFB;

inline void poison(void* start, size_t bytes) { memset(start, POISON_BYTE, bytes); }

inline bool all_bytes(const char* start, unsigned char byte, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    if (static_cast<unsigned char>(start[i]) != byte) return false;
  }
  return true;
}

}  // namespace simulator
