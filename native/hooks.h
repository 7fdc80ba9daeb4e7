// What the simulated libcuda offers beyond the driver's own functions: to the simulated cuBLAS, and
// to tests.
#pragma once

#include <stddef.h>

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
}
