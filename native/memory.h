#pragma once

#include <cstddef>

namespace simulator {

// PALIMPSEST_SIM_MEMORY in bytes, or 4 GiB.
size_t device_memory();

}  // namespace simulator
