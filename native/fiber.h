// Fibers: the stacks that CUDA threads run on, and the switch between them. A switch saves the six
// registers that the System V ABI wants kept and takes about as long as a function call; glibc's
// swapcontext makes a system call each.
#pragma once

#include <cstddef>

namespace simulator {

struct Fiber {
  void* saved = nullptr;  // the stack pointer while it does not run
  char* stack = nullptr;  // lowest address, above the guard page; null for the stack that the
                          // worker came with
  size_t stack_bytes = 0;
  void* fake_stack = nullptr;  // AddressSanitizer's
  void* tsan_fiber = nullptr;  // ThreadSanitizer's
};

// Stacks for `count` fibers, each with a guard page below, tops on differing cache lines.
void create_fibers(Fiber* const* fibers, size_t count);

// The stack the caller runs on, to come back to.
void adopt_stack(Fiber& fiber);

// Lets the fiber begin at `entry`, which never returns, whatever it was in before.
void prepare(Fiber& fiber, void (*entry)());

void switch_fibers(Fiber& from, Fiber& to);

// Away for good: nothing of `from`'s frames is needed again.
[[noreturn]] void leave_fiber(Fiber& from, Fiber& to);

// Called first thing in an entry, for the sanitizers.
void entered();

// What happened before a release of this address happens before what follows an acquire of it
// (ThreadSanitizer).
void acquire(void* address);
void release(void* address);

// While it lives, ThreadSanitizer takes what is written for the simulator's doing, not for the
// running thread's.
struct Unwatched {
  Unwatched();
  ~Unwatched();
};

// Forgets what AddressSanitizer knows of the frames of fibers that were left in the middle.
void forget_frames(Fiber& fiber);

#ifdef SIMULATOR_TSAN
inline constexpr bool one_fiber_a_thread = true;
#else
inline constexpr bool one_fiber_a_thread = false;
#endif

}  // namespace simulator
