#include "block.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace simulator {

SIMULATOR_THREAD_LOCAL uint3 thread_index;
SIMULATOR_THREAD_LOCAL uint3 block_index;
SIMULATOR_THREAD_LOCAL dim3 block_size;
SIMULATOR_THREAD_LOCAL dim3 grid_size;
SIMULATOR_THREAD_LOCAL const unsigned* thread_order;
SIMULATOR_THREAD_LOCAL Thread* current;

// ThreadSanitizer sees threads of neighbouring blocks race only where they are not the same fiber.
constexpr unsigned FIBER_SETS = one_fiber_a_thread ? 2 : 1;

Block::Block() : warps(FIBER_SETS * MAX_THREADS / LANES) {}

void Block::make_ready(Thread* thread) {
  thread->waits_in = nullptr;
  ready[(ready_first + ready_count++) % MAX_THREADS] = thread;
}

// A warp that goes on at once has its stacks still in the cache.
void Block::make_ready_first(Thread* thread) {
  thread->waits_in = nullptr;
  ready_first = (ready_first + MAX_THREADS - 1) % MAX_THREADS;
  ready[ready_first] = thread;
  ready_count++;
}

// The thread to run now: the first in line, or any where the order is shuffled. The worker's own
// stack when there is none.
Thread* Block::next() {
  if (ready_count == 0) return &main;
  if (launch.seed != 0) {
    std::swap(ready[ready_first], ready[(ready_first + random() % ready_count) % MAX_THREADS]);
  }
  Thread* thread = ready[ready_first];
  ready_first = (ready_first + 1) % MAX_THREADS;
  ready_count--;
  return thread;
}

static void become(Thread* thread) {
  current = thread;
  thread_index = thread->index;
}

void wait_in(Thread* self, const char* name) {
  self->waits_in = name;
  Thread* other = self->block->next();
  become(other);
  switch_fibers(self->fiber, other->fiber);
}

static void end_thread(Thread* self) {
  self->done = true;
  self->block->live--;
  release(&self->block->launch_end);
  Thread* other = self->block->next();
  become(other);
  leave_fiber(self->fiber, other->fiber);
}

static void run_thread() {
  entered();
  Thread* self = current;
  acquire(&self->block->launch_start);
  self->block->launch.kernel->thread(self->block->launch.arguments);
  land_copies(self, UINT32_MAX);
  leave_warp(self);
  end_thread(self);
}

static void run_all_threads() {
  entered();
  Thread* self = current;
  self->block->launch.kernel->all_threads(self->block->launch.arguments);
  self->block->live = 1;
  end_thread(self);
}

void Block::start_threads(uint64_t number) {
  unsigned first = number % FIBER_SETS * MAX_THREADS;
  own_barrier = barrier[number % FIBER_SETS];
  barriers_passed = 0;
  unsigned fibers = looping ? 1 : thread_count;
  if (threads.empty()) {
    threads = std::vector<Thread>(FIBER_SETS * MAX_THREADS);
    for (size_t i = 0; i < threads.size(); i++) {
      threads[i].block = this;
      threads[i].number = i % MAX_THREADS;
      threads[i].lane = i % LANES;
      threads[i].warp = &warps[i / LANES];
      if (i % LANES == 0) warps[i / LANES].threads = &threads[i];
    }
  }
  if (threads[first + fibers - 1].fiber.stack == nullptr) {
    // All that may come in one go: the sanitizers' and the kernel's books stay short.
    std::vector<Fiber*> wanted;
    for (unsigned i = 0; i < MAX_THREADS && wanted.size() < std::max(fibers, 128u); i++) {
      if (threads[first + i].fiber.stack == nullptr) wanted.push_back(&threads[first + i].fiber);
    }
    create_fibers(wanted.data(), wanted.size());
  }
  own = &threads[first];
  uint3 at = {0, 0, 0};
  for (unsigned i = 0; i < fibers; i++) {
    Thread& thread = threads[first + i];
    thread.index = at;
    thread.waits_in = nullptr;
    thread.done = false;
    thread.copy_group = 0;
    thread.warp_barriers = 0;
    prepare(thread.fiber, looping ? run_all_threads : run_thread);
    make_ready(&thread);
    if (++at.x == launch.size.x) {
      at.x = 0;
      if (++at.y == launch.size.y) {
        at.y = 0;
        at.z++;
      }
    }
  }
  for (unsigned w = 0; w * LANES < thread_count; w++) {
    Warp& warp = warps[first / LANES + w];
    unsigned lanes = std::min(LANES, thread_count - w * LANES);
    warp.present = lanes == LANES ? 0xFFFFFFFF : (1u << lanes) - 1;
    warp.meeting_count = 0;
  }
}

void Block::begin_launch() {
  release(&launch_start);
  tiles.begin_launch();
}

void Block::end_launch() { acquire(&launch_end); }

bool Block::run(const BlockLaunch& asked, uint3 at, uint64_t number) {
  launch = asked;
  index = at;
  block_index = at;
  block_size = launch.size;
  grid_size = launch.grid;
  thread_count = launch.size.x * launch.size.y * launch.size.z;
  live = thread_count;
  looping = launch.kernel->all_threads != nullptr && !one_fiber_a_thread;
  ready_first = ready_count = waiting_count = 0;
  failure.clear();
  tiles.begin_block();
  thread_order = nullptr;
  if (launch.seed != 0) {
    random.seed(launch.seed + number);
    if (looping) {
      order.resize(thread_count);
      for (unsigned i = 0; i < thread_count; i++) order[i] = i;
      std::shuffle(order.begin(), order.end(), random);
      thread_order = order.data();
    }
  }
  start_threads(number);
  adopt_stack(main.fiber);
  Thread* first = next();
  become(first);
  switch_fibers(main.fiber, first->fiber);
  if (failure.empty() && live > 0) explain_standstill();
  if (failure.empty() && !tiles.intact(failure)) {
    failure = std::string("kernel ") + launch.kernel->name + ", block (" + std::to_string(index.x) +
              "," + std::to_string(index.y) + "," + std::to_string(index.z) + ") " + failure;
  }
  if (!failure.empty()) {
    for (Thread& thread : threads) {
      thread.copies.clear();
      if (thread.fiber.stack != nullptr) forget_frames(thread.fiber);
    }
  }
  return failure.empty();
}

static std::string place(const Block& block, const Thread* thread) {
  char text[400];
  const uint3 t = block.looping ? thread_index : thread->index;
  snprintf(text, sizeof text, "kernel %s, block (%u,%u,%u), thread (%u,%u,%u)",
           block.launch.kernel->name, block.index.x, block.index.y, block.index.z, t.x, t.y, t.z);
  return text;
}

void Block::stop(std::string why) {
  Thread* self = current;
  failure = place(*this, self) + " " + why;
  become(&main);
  leave_fiber(self->fiber, main.fiber);
}

void fail(const char* format, ...) {
  char text[600];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  current->block->stop(text);
  __builtin_unreachable();
}

static std::string where(const Thread* thread) {
  if (thread->done) return "has ended";
  std::string text = std::string("waits in ") + thread->waits_in;
  if (thread->file != nullptr)
    text += std::string(" at ") + thread->file + ":" + std::to_string(thread->line);
  return text;
}

// Nobody can run any more, but not all are done: name one who waits and one whom it waits for.
void Block::explain_standstill() {
  const Thread* waits = nullptr;
  const Thread* other = nullptr;
  for (unsigned i = 0; i < thread_count && waits == nullptr; i++) {
    if (!own[i].done) waits = &own[i];
  }
  for (unsigned i = 0; i < thread_count && other == nullptr; i++) {
    if (own[i].done || own[i].waits_in != waits->waits_in) other = &own[i];
  }
  failure = place(*this, waits) + " " + where(waits) +
            (waits->file != nullptr ? ", a divergent barrier" : ", for lanes that never come");
  if (other != nullptr) {
    const uint3 t = other->index;
    failure += ": thread (" + std::to_string(t.x) + "," + std::to_string(t.y) + "," +
               std::to_string(t.z) + ") " + where(other);
  }
}

// Divergence is an error also where the threads of one block wait at barriers at different places:
// hardware would let them pass, with values that were meant for another barrier.
void block_barrier(const char* file, int line) {
  Thread* self = current;
  Block& block = *self->block;
  if (block.looping) block.stop("meets a barrier, but the kernel is closed with KERNEL_END_LOOP");
  self->file = file;
  self->line = line;
  long* meeting = &block.own_barrier[block.barriers_passed % 2];
  release(meeting);
  if (block.waiting_count > 0) {
    const Thread* there = block.waiting[0];
    if (there->line != line || there->file != file) {
      const uint3 t = there->index;
      block.stop("is at a divergent barrier: it waits at " + std::string(file) + ":" +
                 std::to_string(line) + ", thread (" + std::to_string(t.x) + "," +
                 std::to_string(t.y) + "," + std::to_string(t.z) + ") at " + there->file + ":" +
                 std::to_string(there->line));
    }
  }
  if (block.waiting_count + 1 < block.thread_count) {
    block.waiting[block.waiting_count++] = self;
    wait_in(self, "__syncthreads");
  } else {
    for (unsigned i = 0; i < block.waiting_count; i++) block.make_ready(block.waiting[i]);
    block.waiting_count = 0;
    block.barriers_passed++;
  }
  self->file = nullptr;
  acquire(meeting);
}

void* shared_tile(unsigned index, size_t bytes) {
  Block& block = *current->block;
  if (block.looping)
    block.stop("takes shared memory, but the kernel is closed with KERNEL_END_LOOP");
  std::string failure;
  void* start;
  {
    Unwatched unwatched;
    start = block.tiles.tile(index, bytes, block.launch.shared_bytes, failure);
  }
  if (start == nullptr) block.stop(failure);
  return start;
}

}  // namespace simulator
