// Misaligned accesses: the device faults on them, this processor does not. g++ checks each access
// of a kernel
// (-fsanitize=alignment) and calls here where one is not aligned as its type wants.
#include <cstdint>

#include "simulator.h"

namespace {

// What g++ passes, as its libubsan lays it out.
struct Mismatch {
  const char* file;
  uint32_t line, column;
  const void* type;
  unsigned char log_alignment;
  unsigned char access;
};

}  // namespace

extern "C" __attribute__((visibility("hidden"))) void __ubsan_handle_type_mismatch_v1(
    Mismatch* mismatch, uintptr_t address) {
  simulator::fail("reads or writes at 0x%lx, which is no multiple of %d, at %s:%u",
                  static_cast<unsigned long>(address), 1 << mismatch->log_alignment, mismatch->file,
                  mismatch->line);
}
