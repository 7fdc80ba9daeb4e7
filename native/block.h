// One block of CUDA threads, run by one worker: who is ready, who waits where, and what the block
// shares.
#pragma once

#include "fiber.h"
#include "registration.h"
#include "simulator.h"
#include "tiles.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace simulator {

constexpr unsigned MAX_THREADS = 1024;
constexpr unsigned LANES = 32;

struct Block;
struct Warp;

struct PendingCopy {
  void* to;
  const void* from;
  unsigned filled, bytes;
  unsigned group;
};

struct Thread {
  Fiber fiber;
  Block* block;
  Warp* warp;
  uint3 index;
  unsigned number, lane;
  const char* waits_in;  // what it waits in, null while it can run
  const char* file;      // where, for a block's barrier
  int line;
  bool done;
  void* operand;  // what it gives to the warp's operation
  std::vector<PendingCopy> copies;
  unsigned copy_group;
  unsigned warp_barriers;  // of its whole warp, that it has met
};

// Lanes that wait for each other, those with one mask.
struct Meeting {
  const char* name;
  unsigned mask, arrived;
  Resolve resolve;
};

struct Warp {
  Thread* threads;   // of lane 0
  unsigned present;  // lanes that exist and have not ended
  Meeting meetings[LANES];
  unsigned meeting_count;
  // What ThreadSanitizer knows barriers by: two of the whole warp, that take turns, one of parts.
  long barriers[3];
};

// What a launch asks of a block; the same for all of its blocks.
struct BlockLaunch {
  const Kernel* kernel;
  void* const* arguments;
  dim3 grid, size;
  size_t shared_bytes;
  unsigned seed;  // 0: threads in their order
};

struct Block {
  Block();

  void begin_launch();
  void end_launch();

  // Runs the block to its end. Where the kernel does what it must not, `failure` says what.
  bool run(const BlockLaunch& launch, uint3 index, uint64_t number);
  std::string failure;

  BlockLaunch launch;
  uint3 index;
  unsigned thread_count;
  unsigned live;
  Thread main;  // the worker's own stack
  std::vector<Thread> threads;
  Thread* own;  // the first of the running block's
  std::vector<Warp> warps;
  Tiles tiles;

  // Threads that can run, a ring.
  Thread* ready[MAX_THREADS];
  unsigned ready_first, ready_count;
  std::minstd_rand random;

  // Threads at the block's barrier.
  Thread* waiting[MAX_THREADS];
  unsigned waiting_count;

  bool looping;  // the threads are run by one loop and cannot wait
  std::vector<unsigned> order;

  // Addresses that ThreadSanitizer knows orders by: one launch comes after another, what precedes a
  // barrier precedes what follows it. Blocks of one launch are not ordered, so neighbours do not
  // share a barrier. Nor does a barrier with the next one: a thread that goes on late would be
  // ordered behind those that already wait there.
  long launch_start, launch_end, barrier[2][2];
  long* own_barrier;  // two, that take turns
  unsigned barriers_passed;

  void make_ready(Thread* thread);
  void make_ready_first(Thread* thread);
  Thread* next();
  void stop(std::string why);

 private:
  void start_threads(uint64_t number);
  void explain_standstill();
};

extern SIMULATOR_THREAD_LOCAL Thread* current;

// Lets others run until somebody makes this thread ready.
void wait_in(Thread* self, const char* name);

// A lane ends: those who wait for it need not any more.
void leave_warp(Thread* thread);

void land_copies(Thread* thread, unsigned before_group);

}  // namespace simulator
