// The threads of this machine that blocks are shared between: the caller and its helpers.
#pragma once

#include <functional>

namespace simulator {

// PALIMPSEST_SIM_THREADS, or one for each processor. One where a sanitizer watches or the order is
// shuffled.
unsigned worker_count();

// Calls work(0) here and work(1), work(2), … on the helpers, and returns when all have returned.
// One caller at a time.
void share(const std::function<void(unsigned)>& work);

}  // namespace simulator
