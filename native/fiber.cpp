#include "fiber.h"

#include "report.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

#ifdef SIMULATOR_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
constexpr size_t STACK_BYTES = 256 << 10;
#else
constexpr size_t STACK_BYTES = 64 << 10;
#endif

#ifdef SIMULATOR_TSAN
extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
// A switch is the simulator's doing, it orders nothing that the kernel does.
constexpr unsigned NO_SYNCHRONISATION = 1;
#endif

// void simulator_switch(void** save_to, void* resume)
asm(R"(
  .text
  .globl simulator_switch
  .hidden simulator_switch
  .type simulator_switch, @function
  .balign 16
simulator_switch:
  push %rbp
  push %rbx
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, (%rdi)
  mov %rsi, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbx
  pop %rbp
  ret
  .size simulator_switch, . - simulator_switch
)");
extern "C" void simulator_switch(void** save_to, void* resume);

namespace simulator {

constexpr size_t PAGE = 4096;

void create_fibers(Fiber* const* fibers, size_t count) {
  size_t stride = STACK_BYTES + PAGE;
  void* memory = mmap(nullptr, count * stride, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) {
    report("no memory for the stacks of %zu threads", count);
    abort();
  }
  for (size_t i = 0; i < count; i++) {
    char* guard = static_cast<char*>(memory) + i * stride;
    mprotect(guard, PAGE, PROT_NONE);
    fibers[i]->stack = guard + PAGE;
    // Tops that all lie at the same place of their page would fight for the same few lines of the
    // cache.
    fibers[i]->stack_bytes = STACK_BYTES - i % 32 * 128;
#ifdef SIMULATOR_TSAN
    fibers[i]->tsan_fiber = __tsan_create_fiber(0);
#endif
  }
}

void adopt_stack(Fiber& fiber) {
  fiber.stack = nullptr;
#ifdef SIMULATOR_TSAN
  fiber.tsan_fiber = __tsan_get_current_fiber();
#endif
}

void prepare(Fiber& fiber, void (*entry)()) {
  // Six registers, the address that `ret` takes, and a null return address, 16-byte aligned as
  // after a call.
  auto* top = reinterpret_cast<uintptr_t*>(fiber.stack + fiber.stack_bytes) - 10;
  for (int i = 0; i < 10; i++) top[i] = 0;
  top[6] = reinterpret_cast<uintptr_t>(entry);
  fiber.saved = top;
}

#ifdef SIMULATOR_ASAN
// The adopted stack's bounds are told by the sanitizer when it is left.
static thread_local const void* adopted_stack;
static thread_local size_t adopted_bytes;
static thread_local bool adopted_was_left;

static void announce(Fiber& to, void** fake_stack) {
  adopted_was_left = false;
  const void* bottom = to.stack != nullptr ? to.stack : adopted_stack;
  size_t bytes = to.stack != nullptr ? to.stack_bytes : adopted_bytes;
  __sanitizer_start_switch_fiber(fake_stack, bottom, bytes);
}
#endif

void switch_fibers(Fiber& from, Fiber& to) {
#ifdef SIMULATOR_ASAN
  announce(to, &from.fake_stack);
  adopted_was_left = from.stack == nullptr;
#endif
#ifdef SIMULATOR_TSAN
  __tsan_switch_to_fiber(to.tsan_fiber, NO_SYNCHRONISATION);
#endif
  simulator_switch(&from.saved, to.saved);
#ifdef SIMULATOR_ASAN
  __sanitizer_finish_switch_fiber(from.fake_stack, nullptr, nullptr);
#endif
}

void leave_fiber(Fiber& from, Fiber& to) {
#ifdef SIMULATOR_ASAN
  announce(to, nullptr);
#endif
#ifdef SIMULATOR_TSAN
  __tsan_switch_to_fiber(to.tsan_fiber, NO_SYNCHRONISATION);
#endif
  simulator_switch(&from.saved, to.saved);
  __builtin_unreachable();
}

void entered() {
#ifdef SIMULATOR_ASAN
  const void* bottom;
  size_t bytes;
  __sanitizer_finish_switch_fiber(nullptr, &bottom, &bytes);
  if (adopted_was_left) {
    adopted_stack = bottom;
    adopted_bytes = bytes;
  }
#endif
}

void acquire([[maybe_unused]] void* address) {
#ifdef SIMULATOR_TSAN
  __tsan_acquire(address);
#endif
}

void release([[maybe_unused]] void* address) {
#ifdef SIMULATOR_TSAN
  __tsan_release(address);
#endif
}

Unwatched::Unwatched() {
#ifdef SIMULATOR_TSAN
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
#endif
}

Unwatched::~Unwatched() {
#ifdef SIMULATOR_TSAN
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
#endif
}

void forget_frames([[maybe_unused]] Fiber& fiber) {
#ifdef SIMULATOR_ASAN
  __asan_unpoison_memory_region(fiber.stack, fiber.stack_bytes);
#endif
}

}  // namespace simulator
