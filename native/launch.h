// Runs one launch to its end.
#pragma once

#include "block.h"

#include <string>

namespace simulator {

// False where the kernel does what it must not; `failure` then says what.
bool run_launch(const BlockLaunch& launch, std::string& failure);

// PALIMPSEST_SIM_SEED: shuffles blocks, and threads wherever more than one could run. 0 for the
// plain order.
unsigned order_seed();

// Calls work(data, i) for every i below count, on all workers; the order is nobody's business.
void in_parallel(void (*work)(void*, size_t), void* data, size_t count);

}  // namespace simulator
