// A product that was asked of a stream: its operands are looked at when its turn comes.
#pragma once

#include <stddef.h>

#include "gemm.h"

namespace simulator {

struct Product {
  Gemm gemm;
  const char* call;
  const float* device_alpha;  // null where the host gave the factors
  const float* device_beta;
  void* workspace;  // what the call may overwrite
  size_t workspace_bytes;
};

// Does it in the stream's order, or keeps it for a graph where the stream captures. Returns a
// CUresult.
int submit_product(void* stream, const Product& product);

}  // namespace simulator
