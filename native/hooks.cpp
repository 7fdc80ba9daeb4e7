#include "hooks.h"

#include "driver.h"
#include "launch.h"

using namespace simulator;

int palimpsest_simulator_submit(void* stream, const char* name, int (*run)(const void*),
                                const void* data, size_t bytes) {
  return call_in_context([&] {
    auto* first = static_cast<const char*>(data);
    return submit(static_cast<CUstream>(stream), name,
                  [run, kept = std::vector<char>(first, first + bytes)] {
                    return CUresult(run(kept.data()));
                  });
  });
}

int palimpsest_simulator_is_device_memory(const void* address, size_t bytes, const char* name,
                                          const char* what) {
  std::lock_guard lock(driver_lock);
  return is_device_memory(reinterpret_cast<CUdeviceptr>(address), bytes, name, what);
}

void palimpsest_simulator_in_parallel(void (*work)(void*, size_t), void* data, size_t count) {
  std::lock_guard lock(driver_lock);
  in_parallel(work, data, count);
}
