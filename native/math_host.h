// CUDA's mathematical functions that the C library does not have. The fast intrinsics are computed
// exactly: a kernel may come out more precise here than on the device, never less.
#pragma once

#define __expf(x) expf(x)
#define __exp2f(x) exp2f(x)
#define __logf(x) logf(x)
#define __log2f(x) log2f(x)
#define __powf(x, y) powf(x, y)
#define __sinf(x) sinf(x)
#define __cosf(x) cosf(x)

// As the C library's, a NaN loses to a number, but inlined.
__forceinline__ float simulator_fmax(float a, float b) { return a > b || b != b ? a : b; }
__forceinline__ float simulator_fmin(float a, float b) { return a < b || b != b ? a : b; }
#define fmaxf(a, b) simulator_fmax(a, b)
#define fminf(a, b) simulator_fmin(a, b)

__forceinline__ float rsqrtf(float x) { return 1.0f / sqrtf(x); }
__forceinline__ double rsqrt(double x) { return 1.0 / sqrt(x); }
__forceinline__ float __frsqrt_rn(float x) { return rsqrtf(x); }
__forceinline__ float __fsqrt_rn(float x) { return sqrtf(x); }
__forceinline__ float __frcp_rn(float x) { return 1.0f / x; }
__forceinline__ float __fdividef(float x, float y) { return x / y; }
__forceinline__ float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }

// Added and multiplied on their own, never contracted into a fused multiply-add.
__attribute__((optimize("fp-contract=off"))) inline float __fmul_rn(float x, float y) {
  return x * y;
}
__attribute__((optimize("fp-contract=off"))) inline float __fadd_rn(float x, float y) {
  return x + y;
}

__forceinline__ int __float2int_rn(float x) { return int(rintf(x)); }
__forceinline__ int __float2int_rz(float x) { return int(x); }
__forceinline__ float __int2float_rn(int x) { return float(x); }

__forceinline__ int __float_as_int(float x) { return std::bit_cast<int>(x); }
__forceinline__ unsigned int __float_as_uint(float x) { return std::bit_cast<unsigned int>(x); }
__forceinline__ float __int_as_float(int x) { return std::bit_cast<float>(x); }
__forceinline__ float __uint_as_float(unsigned int x) { return std::bit_cast<float>(x); }

__forceinline__ int __popc(unsigned int x) { return std::popcount(x); }
__forceinline__ int __clz(int x) { return std::countl_zero(unsigned(x)); }
__forceinline__ int __ffs(int x) { return x == 0 ? 0 : std::countr_zero(unsigned(x)) + 1; }

#define SIMULATOR_MIN_MAX(T)                                \
  __forceinline__ T min(T a, T b) { return b < a ? b : a; } \
  __forceinline__ T max(T a, T b) { return a < b ? b : a; }

SIMULATOR_MIN_MAX(int)
SIMULATOR_MIN_MAX(unsigned int)
SIMULATOR_MIN_MAX(long)
SIMULATOR_MIN_MAX(unsigned long)
SIMULATOR_MIN_MAX(long long)
SIMULATOR_MIN_MAX(unsigned long long)

#undef SIMULATOR_MIN_MAX

__forceinline__ float min(float a, float b) { return fminf(a, b); }
__forceinline__ float max(float a, float b) { return fmaxf(a, b); }
__forceinline__ double min(double a, double b) { return fmin(a, b); }
__forceinline__ double max(double a, double b) { return fmax(a, b); }
