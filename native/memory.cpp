// Device and pinned memory. A device address is an address of this process; every allocation is one
// of its own, filled with NaNs, with fences on both sides (AddressSanitizer's red zones in its
// build).
#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "driver.h"
#include "poison.h"

namespace simulator {

namespace {

constexpr size_t ALIGNMENT = 256;
#ifdef SIMULATOR_ASAN
constexpr size_t FENCE = 0;
#else
constexpr size_t FENCE = 256;
#endif

struct Allocation {
  size_t bytes;
  uint64_t number;
  bool pinned;
};

using Allocations = std::map<CUdeviceptr, Allocation>;
Allocations live, freed;
uint64_t allocations_made = 0;
size_t used = 0;

size_t charged(size_t bytes) { return (bytes + 511) / 512 * 512; }

std::string name(const Allocation& allocation) {
  return (allocation.pinned ? "pinned allocation " : "allocation ") +
         std::to_string(allocation.number) + " of " + std::to_string(allocation.bytes) + " bytes";
}

char* bytes_at(CUdeviceptr address) { return reinterpret_cast<char*>(address); }

// The allocation with the nearest start at or below the address.
Allocations::const_iterator at_or_below(const Allocations& allocations, CUdeviceptr address) {
  auto after = allocations.upper_bound(address);
  return after == allocations.begin() ? allocations.end() : std::prev(after);
}

Allocations::const_iterator find(const Allocations& allocations, CUdeviceptr address) {
  auto found = at_or_below(allocations, address);
  // The end counts too: an empty range may lie there.
  return found != allocations.end() && address <= found->first + found->second.bytes
             ? found
             : allocations.end();
}

CUresult allocate(size_t bytes, bool pinned, CUdeviceptr& address) {
  if (!pinned && (bytes > device_memory() || used + charged(bytes) > device_memory()))
    return CUDA_ERROR_OUT_OF_MEMORY;
  void* start = nullptr;
  if (posix_memalign(&start, ALIGNMENT, bytes + 2 * FENCE) != 0) return CUDA_ERROR_OUT_OF_MEMORY;
  char* first = static_cast<char*>(start) + FENCE;
  memset(first - FENCE, FENCE_BYTE, FENCE);
  memset(first + bytes, FENCE_BYTE, FENCE);
  poison(first, bytes);
  address = reinterpret_cast<CUdeviceptr>(first);
  // What was here before is forgotten.
  auto stale = freed.lower_bound(address);
  if (stale != freed.begin() && std::prev(stale)->first + std::prev(stale)->second.bytes >= address)
    --stale;
  while (stale != freed.end() && stale->first < address + bytes) stale = freed.erase(stale);
  live[address] = {bytes, ++allocations_made, pinned};
  if (!pinned) used += charged(bytes);
  return CUDA_SUCCESS;
}

std::string damage(CUdeviceptr address, const Allocation& allocation) {
  const char* first = bytes_at(address);
  if (!all_bytes(first - FENCE, FENCE_BYTE, FENCE))
    return "wrote before the start of " + name(allocation);
  if (!all_bytes(first + allocation.bytes, FENCE_BYTE, FENCE))
    return "wrote past the end of " + name(allocation);
  return "";
}

void raise_fences(CUdeviceptr address, const Allocation& allocation) {
  memset(bytes_at(address) - FENCE, FENCE_BYTE, FENCE);
  memset(bytes_at(address) + allocation.bytes, FENCE_BYTE, FENCE);
}

CUresult release(CUdeviceptr address, bool pinned, const char* call) {
  auto found = live.find(address);
  if (found == live.end() || found->second.pinned != pinned) {
    report("%s: %s", call, describe_address(address).c_str());
    return CUDA_ERROR_INVALID_VALUE;
  }
  std::string harm = damage(address, found->second);
  if (!harm.empty()) report("%s: somebody %s", call, harm.c_str());
  poison(bytes_at(address), found->second.bytes);
  free(bytes_at(address) - FENCE);
  if (!pinned) used -= charged(found->second.bytes);
  freed[address] = found->second;
  live.erase(found);
  return CUDA_SUCCESS;
}

// A copy or a fill: its device side is looked at when it runs, for a graph runs it later than it
// was asked for.
template <typename F>
CUresult transfer(CUstream stream, const char* call, bool asynchronous, F work) {
  return call_in_context([&] {
    if (asynchronous) return submit(stream, call, work);
    CUresult allowed = synchronous(call);
    return allowed == CUDA_SUCCESS ? work() : allowed;
  });
}

CUresult copy_in(const char* call, CUdeviceptr to, const void* from, size_t bytes, CUstream stream,
                 bool asynchronous) {
  return transfer(stream, call, asynchronous, [=] {
    if (!is_device_memory(to, bytes, call, "the target") || (from == nullptr && bytes > 0))
      return CUDA_ERROR_INVALID_VALUE;
    if (bytes > 0) memcpy(bytes_at(to), from, bytes);
    return CUDA_SUCCESS;
  });
}

CUresult copy_out(const char* call, void* to, CUdeviceptr from, size_t bytes, CUstream stream,
                  bool asynchronous) {
  return transfer(stream, call, asynchronous, [=] {
    if (!is_device_memory(from, bytes, call, "the source") || (to == nullptr && bytes > 0))
      return CUDA_ERROR_INVALID_VALUE;
    if (bytes > 0) memcpy(to, bytes_at(from), bytes);
    return CUDA_SUCCESS;
  });
}

CUresult copy_within(const char* call, CUdeviceptr to, CUdeviceptr from, size_t bytes,
                     CUstream stream, bool asynchronous) {
  return transfer(stream, call, asynchronous, [=] {
    if (!is_device_memory(to, bytes, call, "the target") ||
        !is_device_memory(from, bytes, call, "the source")) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    memmove(bytes_at(to), bytes_at(from), bytes);
    return CUDA_SUCCESS;
  });
}

template <typename T>
CUresult fill(const char* call, CUdeviceptr to, T value, size_t count, CUstream stream,
              bool asynchronous) {
  return transfer(stream, call, asynchronous, [=] {
    if (to % sizeof(T) != 0 || !is_device_memory(to, count * sizeof(T), call, "the target"))
      return CUDA_ERROR_INVALID_VALUE;
    std::fill_n(reinterpret_cast<T*>(to), count, value);
    return CUDA_SUCCESS;
  });
}

}  // namespace

size_t device_memory() {
  static const size_t bytes = [] {
    const char* text = getenv("PALIMPSEST_SIM_MEMORY");
    return text == nullptr ? size_t(4) << 30 : size_t(strtoull(text, nullptr, 10));
  }();
  return bytes;
}

std::string describe_address(CUdeviceptr address) {
  char hexadecimal[32];
  snprintf(hexadecimal, sizeof hexadecimal, "0x%llx", address);
  std::string text = hexadecimal;
  if (auto found = find(live, address); found != live.end()) {
    return text + " lies at byte " + std::to_string(address - found->first) + " of " +
           name(found->second);
  }
  if (auto found = find(freed, address); found != freed.end()) {
    return text + " is used after it was freed: byte " + std::to_string(address - found->first) +
           " of " + name(found->second);
  }
  if (auto found = at_or_below(live, address);
      found != live.end() && address - found->first < 2 * found->second.bytes) {
    return text + " is no device memory, it lies " +
           std::to_string(address - found->first - found->second.bytes) +
           " bytes past the end of " + name(found->second);
  }
  return text + " is no device memory";
}

bool is_device_memory(CUdeviceptr address, size_t bytes, const char* call, const char* what) {
  if (bytes == 0) return true;
  auto found = find(live, address);
  if (found != live.end() && bytes <= found->first + found->second.bytes - address) return true;
  std::string text = describe_address(address);
  report("%s: %s of %zu bytes: %s", call, what, bytes, text.c_str());
  return false;
}

bool is_readable_by_kernels(CUdeviceptr address) {
  return address == 0 || find(live, address) != live.end();
}

bool fences_stand(CUdeviceptr address, std::string& failure) {
  auto found = find(live, address);
  if (found == live.end()) return true;
  failure = damage(found->first, found->second);
  // Said once.
  if (!failure.empty()) raise_fences(found->first, found->second);
  return failure.empty();
}

void for_each_allocation(const std::function<void(CUdeviceptr, size_t)>& visit) {
  for (const auto& [address, allocation] : live) visit(address, allocation.bytes);
}

void free_everything(const char* occasion) {
  constexpr size_t named = 20;
  size_t bytes = 0;
  size_t said = 0;
  std::vector<Allocation> left;
  for (const auto& [address, allocation] : live) left.push_back(allocation);
  std::sort(left.begin(), left.end(),
            [](const Allocation& a, const Allocation& b) { return a.number < b.number; });
  for (const Allocation& allocation : left) {
    if (said++ < named) report("leak: %s was not freed %s", name(allocation).c_str(), occasion);
    bytes += allocation.bytes;
  }
  if (said > named)
    report("leak: %zu allocations of %zu bytes together were not freed %s", said, bytes, occasion);
  while (!live.empty()) release(live.begin()->first, live.begin()->second.pinned, "leak");
}

}  // namespace simulator

using namespace simulator;

CUresult cuMemGetInfo_v2(size_t* free_bytes, size_t* total) {
  return call_in_context([&] {
    if (free_bytes == nullptr || total == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *total = device_memory();
    *free_bytes = device_memory() - used;
    return CUDA_SUCCESS;
  });
}

CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  return call_in_context([&] {
    if (address == nullptr || bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    CUresult allowed = synchronous("cuMemAlloc");
    return allowed == CUDA_SUCCESS ? allocate(bytes, false, *address) : allowed;
  });
}

CUresult cuMemFree_v2(CUdeviceptr address) {
  return call_in_context([&] {
    if (address == 0) return CUDA_SUCCESS;
    CUresult allowed = synchronous("cuMemFree");
    return allowed == CUDA_SUCCESS ? release(address, false, "cuMemFree") : allowed;
  });
}

CUresult cuMemHostAlloc(void** address, size_t bytes, unsigned int flags) {
  return call_in_context([&] {
    constexpr unsigned known =
        CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_WRITECOMBINED;
    if (address == nullptr || bytes == 0 || (flags & ~known) != 0) return CUDA_ERROR_INVALID_VALUE;
    CUdeviceptr start = 0;
    CUresult result = allocate(bytes, true, start);
    if (result == CUDA_SUCCESS) *address = bytes_at(start);
    return result;
  });
}

CUresult cuMemAllocHost_v2(void** address, size_t bytes) {
  return cuMemHostAlloc(address, bytes, 0);
}

CUresult cuMemFreeHost(void* address) {
  return call_in_context(
      [&] { return release(reinterpret_cast<CUdeviceptr>(address), true, "cuMemFreeHost"); });
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  return copy_in("cuMemcpyHtoD", to, from, bytes, nullptr, false);
}
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  return copy_in("cuMemcpyHtoDAsync", to, from, bytes, stream, true);
}
CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
  return copy_out("cuMemcpyDtoH", to, from, bytes, nullptr, false);
}
CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return copy_out("cuMemcpyDtoHAsync", to, from, bytes, stream, true);
}
CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return copy_within("cuMemcpyDtoD", to, from, bytes, nullptr, false);
}
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return copy_within("cuMemcpyDtoDAsync", to, from, bytes, stream, true);
}
CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t count) {
  return fill("cuMemsetD8", to, value, count, nullptr, false);
}
CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
  return fill("cuMemsetD8Async", to, value, count, stream, true);
}
CUresult cuMemsetD16_v2(CUdeviceptr to, unsigned short value, size_t count) {
  return fill("cuMemsetD16", to, value, count, nullptr, false);
}
CUresult cuMemsetD16Async(CUdeviceptr to, unsigned short value, size_t count, CUstream stream) {
  return fill("cuMemsetD16Async", to, value, count, stream, true);
}
CUresult cuMemsetD32_v2(CUdeviceptr to, unsigned int value, size_t count) {
  return fill("cuMemsetD32", to, value, count, nullptr, false);
}
CUresult cuMemsetD32Async(CUdeviceptr to, unsigned int value, size_t count, CUstream stream) {
  return fill("cuMemsetD32Async", to, value, count, stream, true);
}
