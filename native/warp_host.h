// Warp shuffles and votes. All lanes named in the mask meet; whoever reads a lane that is not there
// gets all bits set, which is a NaN.
#pragma once

template <typename T>
__forceinline__ T simulator_shuffle(simulator::Shuffle kind, unsigned mask, T value, int operand,
                                    int width) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "shuffles move 4 or 8 bytes");
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  return std::bit_cast<T>(
      Bits(simulator::shuffle(kind, mask, std::bit_cast<Bits>(value), operand, width)));
}

template <typename T>
__forceinline__ T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  return simulator_shuffle(simulator::Shuffle::INDEX, mask, value, source, width);
}
template <typename T>
__forceinline__ T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return simulator_shuffle(simulator::Shuffle::UP, mask, value, int(delta), width);
}
template <typename T>
__forceinline__ T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return simulator_shuffle(simulator::Shuffle::DOWN, mask, value, int(delta), width);
}
template <typename T>
__forceinline__ T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
  return simulator_shuffle(simulator::Shuffle::XOR, mask, value, lanes, width);
}

__forceinline__ unsigned __ballot_sync(unsigned mask, int predicate) {
  return simulator::ballot(mask, predicate != 0);
}
__forceinline__ int __any_sync(unsigned mask, int predicate) {
  return simulator::ballot(mask, predicate != 0) != 0;
}
// A lane of the mask that is not there says nothing, so all means: nobody says no.
__forceinline__ int __all_sync(unsigned mask, int predicate) {
  return simulator::ballot(mask, predicate == 0) == 0;
}

__forceinline__ void __syncwarp(unsigned mask = 0xFFFFFFFF) { simulator::warp_barrier(mask); }
