#pragma once

#include "device.cuh"

// The two forms of GELU: value and slope at one number.

struct Erf {
  static __device__ __forceinline__ float cdf(float x) {
    return 0.5f * (1 + erff(x * 0.70710678118654752f));
  }

  static __device__ __forceinline__ float value(float x) { return x * cdf(x); }

  static __device__ __forceinline__ float slope(float x) {
    const float density = 0.39894228040143268f * expf(-0.5f * x * x);
    return cdf(x) + x * density;
  }
};

struct Tanh {
  static constexpr float ROOT = 0.79788456080286536f; // √(2/π)
  static constexpr float CUBE = 0.044715f;

  static __device__ __forceinline__ float value(float x) {
    return 0.5f * x * (1 + tanhf(ROOT * (x + CUBE * x * x * x)));
  }

  static __device__ __forceinline__ float slope(float x) {
    const float t = tanhf(ROOT * (x + CUBE * x * x * x));
    const float rest = 1 - t * t;
    // Far out x² is infinite, and 0 · ∞ no number.
    const float inner = rest == 0 ? 0 : 0.5f * x * rest * ROOT * (1 + 3 * CUBE * x * x);
    return 0.5f * (1 + t) + inner;
  }
};
