// What a launch reads and writes of the device's memory, in the build that counts it (native/build
// OUT_DIR count).
#pragma once

#include "registration.h"

namespace simulator {

#ifdef SIMULATOR_COUNT
void begin_traffic(const Kernel& kernel);
void end_traffic();
#else
inline void begin_traffic(const Kernel&) {}
inline void end_traffic() {}
#endif

}  // namespace simulator
