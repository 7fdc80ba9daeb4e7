#pragma once

#include "segments.cuh"

// The step of AdamW for one element; the formula stands in adamw.cu.

/** What changes from step to step: 48 bytes. */
struct Scalars {
  float scale;
  float beta1;
  float rest1;         // 1 − β₁
  float beta2;
  float rest2;         // 1 − β₂
  float inverse_root2; // 1 / √(1 − β₂ᵗ)
  float epsilon;
  float rate;          // η / (1 − β₁ᵗ)
  float decay;         // η λ
  int32_t updates;     // 0 for a step that leaves weights and moments alone
  double clip;         // largest norm of the gradient, 0 for none
};

/** One element: its weight and its moments move on, its gradient becomes 0. */
__device__ __forceinline__ void step(
    float& weight, float& gradient, float& moment1, float& moment2, const Scalars& s, float keep,
    float rate) {
  if (s.updates == 0) {
    gradient = 0;
    return;
  }
  const float g = gradient * s.scale;
  const float first = moment1 * s.beta1 + g * s.rest1;
  const float second = moment2 * s.beta2 + g * g * s.rest2;
  weight = weight * keep - first * rate / (sqrtf(second) * s.inverse_root2 + s.epsilon);
  moment1 = first;
  moment2 = second;
  gradient = 0;
}
