// C[m,n] = α·op(A)[m,k]·op(B)[k,n] + β·C + bias[m], column-major, fp32 arithmetic and one rounding,
// for a batch of matrices at constant strides.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace simulator {

struct Matrix {
  void* start;
  bool bf16;
  bool transposed;
  int64_t leading;  // elements from one column to the next
  int64_t stride;   // elements from one matrix of the batch to the next
};

struct Gemm {
  int64_t m, n, k, batch;
  float alpha, beta;
  Matrix a, b, c;
  const void* bias;  // of C's type, added to each column; null for none
};

// The same bits whatever the number of processors: every element is summed in the order of k.
void gemm(const Gemm& product);

}  // namespace simulator
