// CUDA's vector types, with the alignment they have on the device.
#pragma once

struct uint3 {
  unsigned int x, y, z;
};

struct dim3 {
  unsigned int x, y, z;
  constexpr dim3(unsigned int x = 1, unsigned int y = 1, unsigned int z = 1) : x(x), y(y), z(z) {}
};

#define SIMULATOR_VECTORS(element, name)                                 \
  struct alignas(2 * sizeof(element)) name##2 { element x, y; };         \
  struct alignas(4 * sizeof(element)) name##4 { element x, y, z, w; };   \
  inline name##2 make_##name##2(element x, element y) { return {x, y}; } \
  inline name##4 make_##name##4(element x, element y, element z, element w) { return {x, y, z, w}; }

SIMULATOR_VECTORS(float, float)
SIMULATOR_VECTORS(int, int)
SIMULATOR_VECTORS(unsigned int, uint)

#undef SIMULATOR_VECTORS

struct alignas(16) double2 {
  double x, y;
};
inline double2 make_double2(double x, double y) { return {x, y}; }
inline uint3 make_uint3(unsigned int x, unsigned int y, unsigned int z) { return {x, y, z}; }
