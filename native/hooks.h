// What the simulated libcuda offers beyond the driver's own functions: to the simulated cuBLAS, and
// to tests.
#pragma once

#include <stddef.h>
#include <stdint.h>

extern "C" {

// Reports a finding, as the simulator does.
__attribute__((format(printf, 1, 2))) void palimpsest_simulator_report(const char* format, ...);

// Findings reported so far.
int palimpsest_simulator_reports();

// Runs `run` on a copy of `data` in the stream's order, or keeps both for a graph where the stream
// captures. Returns a CUresult, as `run` does.
int palimpsest_simulator_submit(void* stream, const char* call, int (*run)(const void* data),
                                const void* data, size_t bytes);

// Whether these bytes are all device memory; reports where they are not.
int palimpsest_simulator_is_device_memory(const void* address, size_t bytes, const char* call,
                                          const char* what);

// Calls work(data, i) for every i below count on all processors, in no particular order.
void palimpsest_simulator_in_parallel(void (*work)(void* data, size_t i), void* data, size_t count);

// What one launch moved between device memory and its kernel, in bytes.
struct palimpsest_launch_traffic {
  const char* kernel;
  uint64_t loaded, stored;  // of all accesses
  uint64_t read, written;   // of memory, each byte once
};

// The launches since those it last gave, the first `most` of them; how many they are. Only in the
// build that counts.
size_t palimpsest_simulator_traffic(struct palimpsest_launch_traffic* traffic, size_t most);
}
