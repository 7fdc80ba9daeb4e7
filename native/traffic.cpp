// The bytes of device memory that each launch reads and writes, counted access by access. Kernels of
// this build are compiled with -fsanitize=thread, for which g++ calls a function wherever they touch
// memory; ThreadSanitizer is not linked, and the functions are these. What is no device memory
// (shared tiles, stacks) is not counted.
#include "traffic.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "driver.h"
#include "hooks.h"

namespace simulator {

namespace {

enum Touch : uint8_t { READ = 1, WRITTEN = 2 };

struct Free {
  void operator()(uint8_t* bytes) const { free(bytes); }
};

// An allocation, and how each of its bytes was touched. calloc's zeros cost nothing until then.
struct Region {
  uintptr_t first, end;
  std::unique_ptr<uint8_t, Free> touched;
};

std::vector<Region> regions;  // of the launch that runs, by their addresses
palimpsest_launch_traffic running;
std::vector<palimpsest_launch_traffic> launches;  // that nobody has asked for yet

void touch(const volatile void* address, size_t bytes, Touch how) {
  const auto at = reinterpret_cast<uintptr_t>(address);
  auto after = std::upper_bound(regions.begin(), regions.end(), at,
                                [](uintptr_t a, const Region& region) { return a < region.first; });
  if (after == regions.begin()) return;
  const Region& region = *std::prev(after);
  if (at + bytes > region.end) return;
  // Several workers run one launch.
  __atomic_fetch_add(how == READ ? &running.loaded : &running.stored, bytes, __ATOMIC_RELAXED);
  uint8_t* touched = region.touched.get() + (at - region.first);
  for (size_t i = 0; i < bytes; i++) __atomic_fetch_or(touched + i, how, __ATOMIC_RELAXED);
}

}  // namespace

void begin_traffic(const Kernel& kernel) {
  running = {kernel.name, 0, 0, 0, 0};
  for_each_allocation([](CUdeviceptr address, size_t bytes) {
    auto* touched = static_cast<uint8_t*>(calloc(bytes, 1));
    if (touched == nullptr) abort();
    regions.push_back({address, address + bytes, std::unique_ptr<uint8_t, Free>(touched)});
  });
}

void end_traffic() {
  for (const Region& region : regions) {
    for (size_t i = 0; i < region.end - region.first; i++) {
      const uint8_t how = region.touched.get()[i];
      running.read += (how & READ) != 0;
      running.written += (how & WRITTEN) != 0;
    }
  }
  regions.clear();
  launches.push_back(running);
}

}  // namespace simulator

using namespace simulator;

size_t palimpsest_simulator_traffic(palimpsest_launch_traffic* traffic, size_t most) {
  std::lock_guard lock(driver_lock);
  const size_t count = std::min(most, launches.size());
  std::copy_n(launches.begin(), count, traffic);
  launches.erase(launches.begin(), launches.begin() + count);
  return count;
}

// What g++ calls, named and declared as by ThreadSanitizer.
#define CALLED extern "C" __attribute__((visibility("hidden")))
#pragma GCC diagnostic ignored "-Wmissing-declarations"

CALLED void __tsan_init() {}
CALLED void __tsan_func_entry(void*) {}
CALLED void __tsan_func_exit() {}
CALLED void __tsan_vptr_update(void**, void*) {}

#define ACCESS(bytes)                                                                      \
  CALLED void __tsan_read##bytes(void* address) { touch(address, bytes, READ); }           \
  CALLED void __tsan_write##bytes(void* address) { touch(address, bytes, WRITTEN); }       \
  CALLED void __tsan_unaligned_read##bytes(void* address) { touch(address, bytes, READ); } \
  CALLED void __tsan_unaligned_write##bytes(void* address) { touch(address, bytes, WRITTEN); }
ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)
#undef ACCESS

CALLED void __tsan_read_range(void* address, size_t bytes) { touch(address, bytes, READ); }
CALLED void __tsan_write_range(void* address, size_t bytes) { touch(address, bytes, WRITTEN); }
