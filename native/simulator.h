// What running kernels ask of the simulator. Everything here concerns the thread that calls it.
#pragma once

#include "cuda_types.h"

#include <cstddef>
#include <cstdint>

#define SIMULATOR_THREAD_LOCAL __thread __attribute__((tls_model("initial-exec")))

namespace simulator {

// A worker runs one CUDA thread at a time and keeps its indices here.
extern SIMULATOR_THREAD_LOCAL uint3 thread_index;
extern SIMULATOR_THREAD_LOCAL uint3 block_index;
extern SIMULATOR_THREAD_LOCAL dim3 block_size;
extern SIMULATOR_THREAD_LOCAL dim3 grid_size;

// The order in which a plain loop takes its threads, null for 0, 1, 2, …
extern SIMULATOR_THREAD_LOCAL const unsigned* thread_order;

// Ends the launch with a report that names kernel, block and thread.
[[noreturn]] __attribute__((format(printf, 1, 2))) void fail(const char* format, ...);

void block_barrier(const char* file, int line);

// Tile number `index` of the block, made by the first thread that asks for it and filled with NaNs.
void* shared_tile(unsigned index, size_t bytes);

enum class Shuffle { INDEX, UP, DOWN, XOR };
uint64_t shuffle(Shuffle kind, unsigned mask, uint64_t value, int operand, int width);
unsigned ballot(unsigned mask,
                bool predicate);  // one bit for each lane of the mask that is there and says yes
void warp_barrier(unsigned mask);

// Meets the lanes named in the mask; the last to come resolves the operation for all. `lanes[i]` is
// what lane i gave, null where lane i is not part of it. Two operations are the same where their
// names are the same pointer.
using Resolve = void (*)(void* const (&lanes)[32]);
void warp_meet(const char* name, unsigned mask, void* operand, Resolve resolve);

// cp.async: `bytes` are copied and `filled - bytes` zeros follow, all of it at the matching wait
// and not before.
void copy_async(void* to, const void* from, unsigned filled, unsigned bytes);
void copy_async_commit();
void copy_async_wait(unsigned groups_left);

}  // namespace simulator
